"""The networks: their Jacobians against values of forward alone, and against PyTorch's own where it is installed."""

import numpy as np
import pytest

from jacobians import Point
from jacobians.errors import ArgumentError
from jacobians.layers import GELU, Attention, LayerNorm, MaskedAttention, ReLU, Rotary
from jacobians.networks.transformer import multi_head_attention, transformer_block
from jacobians.point import differentiable
from jacobians.verify.differences import quotient
from jacobians.verify.formats import FORMATS
from jacobians.verify.running import Running

T, N, WIDTH, HIDDEN, HEADS, MEMORY = 3, 3, 4, 2, 2, 5
FLOAT64 = FORMATS["float64"]
MASK = np.tri(T, dtype=bool)[::-1]  # one key for the last query, all for the first

NETWORKS = {
    "attention": multi_head_attention(HEADS, WIDTH),
    "one head, causal": multi_head_attention(1, WIDTH, Attention(causal="end", softcap=2.0)),
    "rotary": multi_head_attention(HEADS, WIDTH, rotary=Rotary(base=10.0, offset=2)),
    "masked": multi_head_attention(HEADS, WIDTH, MaskedAttention()),
    "cross": multi_head_attention(HEADS, WIDTH, Attention(causal="end"), memory=True),
    "block": transformer_block(HEADS, WIDTH, Attention(causal="start")),
    "block, norm last": transformer_block(HEADS, WIDTH, norm=LayerNorm(eps=0.1), norm_first=False),
    "block, masked, rotary": transformer_block(
        1, WIDTH, MaskedAttention(), Rotary(base=10.0), pointwise=ReLU(at_zero=0.0)
    ),
}
CASES = [pytest.param(net, a, id=f"{name}-{a}") for name, net in NETWORKS.items() for a in differentiable(net)]


def values_of(net, rng, N=N, width=WIDTH):
    """Values of about 1, gamma not 1."""
    shapes = {"x": (T, N), "m": (MEMORY, N), "Wo": (N, width), "bo": (N,)}
    shapes |= {a + k: (width, N) if a == "W" else (width,) for k in "qkv" for a in "Wb"}
    shapes |= {"W1": (HIDDEN, N), "b1": (HIDDEN,), "W2": (N, HIDDEN), "b2": (N,)}
    shapes |= {a + k: (N,) for k in "12" for a in ("gamma", "beta")}
    return {a: MASK if a == "mask" else rng.standard_normal(shapes[a]) for a in net.args}


def with_errors(net, v):
    """The values in running-error arithmetic, exact as yet; constants as they are."""
    return {a: x if a in net.constant else Running(x, 0.0, FLOAT64) for a, x in v.items()}


@pytest.mark.parametrize(("net", "a"), CASES)
def test_L_is_the_difference_quotient(net, a, rng):
    """Every entry of L within the quotient's own estimate of its error."""
    v = values_of(net, rng)
    found = quotient(Point(net, v), a, net.forward(**with_errors(net, v)).error)
    L = Point(net, v).L(a, "dense")
    assert L.shape == (T * N, v[a].size)
    assert (np.abs(L - found.value) <= found.error).all()
    decided = found.error <= 1e-3 * max(np.abs(L).max(), 1e-3)
    assert decided.all()


@pytest.mark.parametrize("net", NETWORKS.values(), ids=NETWORKS)
def test_parameters_are_the_parameters(net):
    """Sequences and masks are the arguments of an example; all else is shared by the batch."""
    assert set(net.args) - set(net.theta) <= {"x", "m", "mask"}
    assert net.constant == (("mask",) if "mask" in net.args else ())


READS = {  # which rows of x each row of y depends on; all of them, where not said
    "one head, causal": np.tri(T),
    "masked": MASK | np.diag([1, 1, 0]),  # a query moves its own row, unless it sees one key alone
    "cross": np.eye(T),
    "block": np.tri(T),
    "block, masked, rotary": MASK | np.eye(T, dtype=int),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_rows_depend_on_what_the_mask_shows_them(name, rng):
    net = NETWORKS[name]
    L = Point(net, values_of(net, rng)).L("x", "dense").reshape(T, N, T, N)
    assert ((L != 0).any(axis=(1, 3)) == READS.get(name, np.ones((T, T)))).all()


def test_one_head_of_attention_is_attention(rng):
    """With the identity for Wq, Wk, Wv and Wo, and no bias, nothing is left but the layer."""
    net = multi_head_attention(1, N, memory=True)
    v = {a: np.zeros(N) if a[0] == "b" else np.eye(N) for a in net.theta}
    x, m = rng.standard_normal((T, N)), rng.standard_normal((MEMORY, N))
    assert np.array_equal(net.forward(x=x, m=m, **v), Attention().forward(x, m, m))
    assert np.array_equal(Point(net, {"x": x, "m": m} | v).L("x", "dense"), Attention().L("q", q=x, k=m, v=m).toarray())


def test_heads_must_divide_the_width():
    with pytest.raises(ArgumentError, match="heads=4 must divide width=6"):
        multi_head_attention(4, 6)
    with pytest.raises(ArgumentError, match="heads=0"):
        transformer_block(0, 6)


# -- against PyTorch's own networks -----------------------------------------------------------------------------------


WIDE = 4  # PyTorch's attention has as many columns inside as x has; two heads need an even number


def assert_same(torch, net, forward, rng):
    """y and every gradient for a batch of two, within twice the bound that running-error arithmetic finds for code."""
    examples = [values_of(net, rng, WIDE, WIDE) for _ in range(2)]
    v = examples[0] | {a: np.stack([one[a] for one in examples]) for a in net.args if a not in net.theta}
    g = rng.standard_normal((2, T, WIDE))
    tensors = {a: torch.tensor(x).requires_grad_(a not in net.constant) for a, x in v.items()}
    y = forward(**tensors)
    (y * torch.tensor(g)).sum().backward()
    shared = {a: v[a] for a in net.theta}
    exact = [with_errors(net, one | shared) for one in examples]
    ours = [net.backward(Running(row.ravel(), 0.0, FLOAT64), **one) for row, one in zip(g, exact, strict=True)]
    for i, one in enumerate(exact):
        assert_near(y[i].detach(), net.forward(**one))
    for a in differentiable(net):
        if a in shared:
            assert_near(tensors[a].grad, ours[0][a] + ours[1][a])
        else:
            assert_near(tensors[a].grad[0], ours[0][a])
            assert_near(tensors[a].grad[1], ours[1][a])


def assert_near(got, want):
    assert (np.abs(got.numpy().ravel() - want.value.ravel()) <= 2 * want.error.ravel()).all()
    assert (want.error <= 1e-9).all()  # the bound says something


def packed(torch, v):
    """PyTorch's in_proj_weight and in_proj_bias."""
    return torch.cat([v[f"W{k}"] for k in "qkv"]), torch.cat([v[f"b{k}"] for k in "qkv"])


@pytest.mark.parametrize("name", ["attention", "masked", "cross"])
def test_attention_is_that_of_torch(name, rng):
    torch = pytest.importorskip("torch")
    attention = MaskedAttention() if name == "masked" else None
    net = multi_head_attention(HEADS, WIDE, attention, memory=name == "cross")

    def forward(**v):
        W, b = packed(torch, v)
        source = v.get("m", v["x"])
        swap = [a.transpose(0, 1) for a in (v["x"], source, source)]
        mask = ~v["mask"].repeat_interleave(HEADS, dim=0) if "mask" in v else None  # True means masked out here
        y, _ = torch.nn.functional.multi_head_attention_forward(
            *swap, WIDE, HEADS, W, b, None, None, False, 0.0, v["Wo"], v["bo"], need_weights=False, attn_mask=mask
        )
        return y.transpose(0, 1)

    assert_same(torch, net, forward, rng)


@pytest.mark.parametrize("norm_first", [True, False])
@pytest.mark.parametrize("pointwise", [GELU(), ReLU(at_zero=0.0)], ids=["gelu", "relu"])
def test_block_is_that_of_torch(norm_first, pointwise, rng):
    torch = pytest.importorskip("torch")
    net = transformer_block(HEADS, WIDE, Attention(causal="start"), pointwise=pointwise, norm_first=norm_first)

    def gelu(x):  # PyTorch's own loses its digits where x is far below 0
        return x * torch.erfc(-x / np.sqrt(2.0)) / 2

    activation = gelu if isinstance(pointwise, GELU) else torch.relu
    block = torch.nn.TransformerEncoderLayer(
        WIDE, HEADS, HIDDEN, 0.0, activation, batch_first=True, norm_first=norm_first, dtype=torch.float64
    )
    names = {"norm1.weight": "gamma1", "norm1.bias": "beta1", "norm2.weight": "gamma2", "norm2.bias": "beta2"}
    names |= {"linear1.weight": "W1", "linear1.bias": "b1", "linear2.weight": "W2", "linear2.bias": "b2"}
    names |= {"self_attn.out_proj.weight": "Wo", "self_attn.out_proj.bias": "bo"}
    mask = torch.ones(T, T, dtype=torch.bool).triu(1)

    def forward(**v):
        W, b = packed(torch, v)
        theirs = {k: v[a] for k, a in names.items()} | {"self_attn.in_proj_weight": W, "self_attn.in_proj_bias": b}
        return torch.func.functional_call(block, theirs, (v["x"],), {"src_mask": mask})

    assert_same(torch, net, forward, rng)

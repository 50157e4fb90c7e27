"""The numbered equations, the algorithm and the listing of the textbook's chapter, each as a test under its label.

Where the print is wrong or loose, the test states the correct form and says so. What is drawn is in
test_chapter_diagrams.py; displayed equations without a label are in test_chapter_sections.py.
"""

import ast
import textwrap
from pathlib import Path

import numpy as np
import pytest

from jacobians import Batch, Chain, Graph, Point
from jacobians.descent import mean_gradient, update
from jacobians.layers import Linear, ReLU, Square, SquaredError
from jacobians.matrix import beside
from tests.whole_numbers import derivative, gradient_from_values, parameters, spread, whole

M, N = 3, 4  # |x_out| and |x_in| of the linear layer: W is [M × N]

LABELS = """
eq-backpropagation-djdtheta
eq-backpropagation-backward
eq-backpropagation-average_of_gradients
eq-lingrad1
eq-lingrad2
eq-lingrad3
eq-backpropagation-linear_backward_costgrad
eq-backpropagation-pointwise_costgrad
alg-backpropagation-backprop_for_chains
fig-backpropagation-simple_MLP
fig-backpropagation-mod_block_forward
fig-backpropagation-composed_modules
fig-backpropagation-cgraph_tree
fig-backpropagation-generic_layer_g_L
fig-backpropagation-mod_block_backward
fig-backpropagation-forward_pass
fig-backpropagation-backward_pass
fig-backpropagation-linear_forward_backward_matrices
fig-backpropagation-parameter_grad_linear_matrices
fig-backpropagation-linear_layer_backprop
fig-backpropagation-backprop_code
fig-backpropagation-pointwise_backward_matices
fig-backpropagation-pointwise_layer_backprop
fig-backpropagation-L2_loss_layer_backprop
fig-backpropagation-forward_pass_MLP
fig-backpropagation-backward_pass_MLP
fig-backpropagation-backprop_as_neural_net
fig-backpropagation-branch_and_merge
fig-backpropagation-branch_and_merge_layers_backprop_diagram
fig-backpropagation-backprop_DAG
fig-backpropagation-parameter_sharing
fig-backpropagation-J_forward_backward_blocks
fig-backpropagation-backprop_to_the_data_example
""".strip().splitlines()


def names_of_tests():
    """The names of all tests of the chapter."""
    files = Path(__file__).parent.glob("test_chapter*.py")
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("label", LABELS)
def test_every_label_has_its_test(label):
    """A label without a test is a claim of the chapter that nothing here looks at."""
    assert f"test_{label.replace('-', '_')}" in names_of_tests()


def test_the_derivative_from_values_is_exact(rng):
    """d(x³ − 2 x²)/dx = 3 x² − 4 x to the last bit: what the tests below compare with is itself tested."""
    x = whole(rng, 7)
    assert np.array_equal(derivative(lambda x: x * x * x - 2 * x * x, x), np.diag(3 * x * x - 4 * x))


@pytest.fixture
def linear(rng):
    """A linear layer at a point of whole numbers, and a row g_out [1 × M]."""
    values = {"x": whole(rng, N), "W": whole(rng, M, N), "b": whole(rng, M)}
    return Point(Linear(), values), whole(rng, 1, M)


@pytest.fixture
def mlp(rng):
    """f_1 … f_6 = linear, relu, linear, relu, linear, loss, of widths 4 → 3 → 5 → 2, and its values."""
    net = Chain(
        Linear(), ReLU(), (Linear(), "W2", "b2"), ReLU(), (Linear(), "W3", "b3"), (SquaredError(), "y")
    )  # fmt: skip
    return net, {"x": whole(rng, 4), "y": whole(rng, 2)} | parameters(rng, 4, 3, 5, 2)


def test_eq_backpropagation_djdtheta(rng, mlp):
    """∂J/∂θ = g_out L^θ, and θ^{i+1} ← θ^i − η (∂J/∂θ)ᵀ.

    L^θ = [L^W, L^b] of a layer in the middle times g_out gives what values of J give; θ as a column moves by −η of
    the transposed row. (In print i counts steps; in "Parameter Sharing" the same θ^i are copies.)
    """
    net, values = mlp
    layer = Point(Linear(), {"x": net.trace(**values)["x2"], "W": values["W2"], "b": values["b2"]})
    g_out = gradient_from_values(net, values, "x3")
    dJdtheta = g_out @ layer.L("theta", "dense")
    assert np.array_equal(layer.L("theta", "dense"), beside(layer.L("W", "dense"), layer.L("b", "dense")))
    dJdW, dJdb = gradient_from_values(net, values, "W2"), gradient_from_values(net, values, "b2")
    assert np.array_equal(dJdtheta, np.hstack([dJdW, dJdb]))
    theta = np.concatenate([values["W2"].ravel(), values["b2"]])[:, None]
    assert dJdtheta.shape == theta.T.shape
    new = update({"theta": theta}, {"theta": dJdtheta}, rate=0.25)["theta"]
    assert np.array_equal(new, theta - 0.25 * dJdtheta.T)


def test_eq_backpropagation_backward(mlp):
    """g_in = g_out L^x, from each layer to the one before it, both sides' g from values of J alone."""
    net, values = mlp
    trace = net.trace(**values)
    for l in range(1, 7):
        map, sources = net.nodes[f"x{l}"]
        L_x = Point(map, dict(zip(map.args, (trace[s] for s in sources), strict=True))).L(map.args[0], "dense")
        g_out, g_in = gradient_from_values(net, values, f"x{l}"), gradient_from_values(net, values, sources[0])
        assert np.array_equal(g_in, g_out @ L_x)


def test_eq_backpropagation_average_of_gradients(rng):
    """∂(1/N Σ J_i(θ))/∂θ = 1/N Σ ∂J_i(θ)/∂θ, the left side from values of the mean; N = 4."""
    J = Graph(yhat=(Linear(), "x", "W", "b"), J=(SquaredError(), "yhat", "y"))
    theta, examples = {"W": whole(rng, 2, 3), "b": whole(rng, 2)}, {"x": whole(rng, 4, 3), "y": whole(rng, 4, 2)}
    _, mean = mean_gradient(J, examples, theta)
    for a, value in theta.items():
        left = derivative(lambda v, a=a: Batch(J).forward(**examples, **theta | {a: v}).sum() / 4, value)
        assert np.array_equal(mean[a], left.ravel())


def test_eq_lingrad1(linear):
    """L^x[i, j] = ∂x_out[i]/∂x_in[j] = W[i, j]."""
    point, _ = linear
    x, W, b = point.values.values()
    want = derivative(lambda x: W @ x + b, x)
    assert all(want[i, j] == W[i, j] for i in range(M) for j in range(N))
    assert np.array_equal(point.L("x", "dense"), want)


def test_eq_lingrad2(linear):
    """L^W[i, jk] = ∂x_out[i]/∂W[j, k] = x_in[k] if i = j, else 0 (in print an unnumbered line with \\label{lingrad2}).

    Zero wherever i ≠ j; the text below it says "wherever i ≠ k", which the last line refutes. And "there is no such
    simple shorthand": there is one, I ⊗ x_inᵀ.
    """
    point, _ = linear
    x, W, b = point.values.values()
    L_W = point.L("W", "dense")
    assert np.array_equal(L_W, derivative(lambda W: W @ x + b, W))
    by_entry = L_W.reshape(M, M, N)
    assert all(by_entry[i, j, k] == (x[k] if i == j else 0) for i in range(M) for j in range(M) for k in range(N))
    assert np.array_equal(L_W, np.kron(np.eye(M), x))
    assert any(by_entry[i, i, k] != 0 for i in range(M) for k in range(N) if i != k)


def test_eq_lingrad3(linear):
    """L^b[i, j] = ∂x_out[i]/∂b[j] = 1 if i = j, else 0."""
    point, _ = linear
    x, W, b = point.values.values()
    L_b = point.L("b", "dense")
    assert np.array_equal(L_b, derivative(lambda b: W @ x + b, b))
    assert all(L_b[i, j] == (1 if i == j else 0) for i in range(M) for j in range(M))


def test_eq_backpropagation_linear_backward_costgrad(linear):
    """g_in = g_out W, ∂J/∂W = g_out L^W, ∂J/∂b = g_out, for J = g_out · x_out.

    ∂J/∂W is here a row [1 × MN]; what the text calls ∂J/∂W further down is the matrix [N × M].
    """
    point, g_out = linear
    x, W, b = point.values.values()
    got = point.backward(g_out)
    assert np.array_equal(g_out @ W, derivative(lambda x: g_out @ (W @ x + b), x))
    assert np.array_equal(g_out @ point.L("W", "dense"), derivative(lambda W: g_out @ (W @ x + b), W))
    assert np.array_equal(g_out, derivative(lambda b: g_out @ (W @ x + b), b))
    assert np.array_equal(got["x"], (g_out @ W).ravel())
    assert np.array_equal(got["W"].ravel(), (g_out @ point.L("W", "dense")).ravel())
    assert np.array_equal(got["b"], g_out.ravel())


@pytest.mark.parametrize(
    ("layer", "slope"), [(ReLU(), lambda x: 1.0 * (x >= 0)), (Square(), lambda x: 2 * x)], ids=["relu", "square"]
)
def test_eq_backpropagation_pointwise_costgrad(rng, layer, slope):
    """g_in[i] = g_out[i] h'(x_in[i]) for all i."""
    x, g_out = spread(rng, 5), whole(rng, 5)
    g_in = Point(layer, {"x": x}).backward(g_out)["x"]
    assert all(g_in[i] == g_out[i] * slope(x[i]) for i in range(5))
    assert np.array_equal(g_in, g_out @ derivative(lambda x: layer.forward(x=x), x))


def test_alg_backpropagation_backprop_for_chains(mlp):
    """Forward: x_l = f_l(x_{l−1}, θ_l). Backward: g_L = ∂J/∂x_L; ∂J/∂θ_l = g_l L^θ_l, g_{l−1} = g_l L^x_l, l = L … 1.

    The loop is written out here, one Point a layer; Graph.backward and values of J agree with every g and ∂J/∂θ.
    """
    net, values = mlp
    layers = [(Linear(), 1), (ReLU(), None), (Linear(), 2), (ReLU(), None), (Linear(), 3)]
    x, points = values["x"], []
    for f, k in layers:
        theta = {} if k is None else {"W": values[f"W{k}"], "b": values[f"b{k}"]}
        points.append(Point(f, {"x": x, **theta}))
        x = points[-1].forward()
    g = Point(SquaredError(), {"yhat": x, "y": values["y"]}).L("yhat", "dense")  # g_L = ∂J/∂x_L
    found = {"x5": g}
    for l in range(5, 0, -1):
        if layers[l - 1][1]:
            found |= {f"{a}{layers[l - 1][1]}": g @ points[l - 1].L(a, "dense") for a in ("W", "b")}
        g = g @ points[l - 1].L("x", "dense")
        found[f"x{l - 1}" if l > 1 else "x"] = g
    literal = net.backward(np.ones(1), **values)
    assert len(found) == 6 + 6
    for a, row in found.items():
        assert np.array_equal(row, gradient_from_values(net, values, a))
        assert np.array_equal(row.ravel(), literal[a])


PRINTED = """
class linear():
def __init__(self, W, b, lr):
self.W = W
self.b = b
self.lr = lr # learning rate
def forward(self, x_in):
self.x_in = x_in
return matmul(W,x)+b
def backward(self,J_out):
J_in = matmul(J_out,W)
dJdW = matmul(self.x_in,J_out)
dJdb = J_out
return J_in, dJdW, dJdb
def update(self, dJdW, dJdb):
self.W -= self.lr*dJdW.transpose()
self.b -= self.lr*dJdb
"""
CORRECTED = (
    PRINTED.replace("matmul(W,x)+b", "matmul(self.W,x_in)+self.b")
    .replace("matmul(J_out,W)", "matmul(J_out,self.W)")
    .replace("self.lr*dJdb", "self.lr*dJdb.transpose()")
)


def listing(text, **names):
    """The class of the listing, its body indented, with `matmul` and these other names known to it."""
    depth = {"class": 0, "def": 4}
    lines = [textwrap.indent(line, " " * depth.get(line.split()[0], 8)) for line in text.strip().splitlines()]
    space = {"matmul": np.matmul, **names}
    exec("\n".join(lines), space)
    return space["linear"]


def test_fig_backpropagation_backprop_code(linear):
    """The listing as printed fails; corrected it is the linear layer, with columns x_in [N × 1], b [M × 1], a row g.

    `forward` reads W, x and b, `backward` reads W, which are self.W, x_in, self.b and self.W: NameError. With such
    names about it runs, and `update` takes the row dJdb [1 × M] from the column b [M × 1], which needs a transpose.
    dJdW = x_in g_out is [N × M], so its transpose is taken from W: that is right.
    """
    point, g_out = linear
    W, b, x_in = point.values["W"], point.values["b"][:, None], point.values["x"][:, None]
    with pytest.raises(NameError, match="'W'"):
        listing(PRINTED)(W.copy(), b.copy(), 0.25).forward(x_in)
    printed = listing(PRINTED, W=W, b=b, x=x_in)(W.copy(), b.copy(), 0.25)
    printed.forward(x_in)
    with pytest.raises(ValueError, match="broadcast"):
        printed.update(*printed.backward(g_out)[1:])

    layer = listing(CORRECTED)(W.copy(), b.copy(), 0.25)
    assert np.array_equal(layer.forward(x_in).ravel(), point.forward())
    J_in, dJdW, dJdb = layer.backward(g_out)
    want = point.backward(g_out)
    assert dJdW.shape == (N, M)
    assert np.array_equal(J_in, want["x"][None])
    assert np.array_equal(dJdW.T, want["W"])
    assert np.array_equal(dJdb, want["b"][None])
    layer.update(dJdW, dJdb)
    new = update(point.values, {"W": want["W"], "b": want["b"]}, rate=0.25)
    assert np.array_equal(layer.W, new["W"])
    assert np.array_equal(layer.b.ravel(), new["b"])


def test_fig_backpropagation_backprop_code_reads_old_weights(linear):
    """As printed, with names W, x, b about: a layer of other weights goes through these, and is silently wrong."""
    point, g_out = linear
    W, b, x_in = point.values["W"], point.values["b"][:, None], point.values["x"][:, None]
    printed = listing(PRINTED, W=W, b=b, x=x_in)(2 * W, b, 0.25)
    corrected = listing(CORRECTED)(2 * W, b, 0.25)
    assert not np.array_equal(printed.forward(x_in), corrected.forward(x_in))
    assert not np.array_equal(printed.backward(g_out)[0], corrected.backward(g_out)[0])

"""The displayed equations of the textbook's chapter that have no label, each as a test named after its section.

SECTIONS lists them in the order of print, with the formula. Equality is to the last bit, at points of whole numbers.
"""

import numpy as np
import pytest

from jacobians import Chain, Graph, Point
from jacobians.activation import negative_activation
from jacobians.cost import backward_cost
from jacobians.layers import Branch, Identity, Linear, Merge, ReLU, Square, SquaredError
from tests.whole_numbers import derivative, gradient_from_values, parameters, spread, whole

SECTIONS = {
    "introduction_forward": "x_out = f(x_in, θ)",
    "the_trick_shared_terms": "∂J/∂θ₁ = (∂J/∂x_L … ∂x₃/∂x₂) ∂x₂/∂x₁ ∂x₁/∂θ₁, ∂J/∂θ₂ = (∂J/∂x_L … ∂x₃/∂x₂) ∂x₂/∂θ₂",
    "generic_layer_definitions": "g_l ≜ ∂J/∂x_l, L ≜ ∂x_out/∂[x_in, θ], L^x, L^θ",
    "linear_layer_forward": "x_out = W x_in + b",
    "linear_layer_boxed": "L^x = W [M × N], L^b = I [M × M]",
    "linear_layer_one_weight": "∂J/∂W[i, j] = ∂J/∂x_out[i] x_in[j]",
    "linear_layer_matrix_of_weights": "∂J/∂W = x_in ∂J/∂x_out = x_in g_out",
    "pointwise_jacobian": "L^x = diag([h'(x_in[0]), …, h'(x_in[N−1])]ᵀ) ≜ H'",
    "pointwise_backward": "g_in = g_out H'",
    "pointwise_relu": "h'(x) = 1 if x ≥ 0, else 0",
    "loss_layer": "L^x = ∂‖ŷ − y‖²/∂ŷ = 2(ŷ − y), g_in = g_out · 2(ŷ − y)",
    "mlp_transposed": "g_inᵀ = (g_out W)ᵀ = Wᵀ g_outᵀ",
    "dag_definitions": "merge(xᵃ, xᵇ) ≜ [xᵃ, xᵇ], branch(x) ≜ [x, x]",
    "dag_merge_backward": "g_inᵃ = g_out [∂xᵃ/∂xᵃ, ∂xᵇ/∂xᵃ]ᵀ = g_out [1, 0]ᵀ",
    "dag_branch_backward": "g_in = [g_outᵃ, g_outᵇ][1, 1]ᵀ = g_outᵃ + g_outᵇ",
    "parameter_sharing": "∂J/∂θ = Σ_i ∂J/∂θ^i",
    "data_negative_activation": "J(x_0, θ) = −x_l[i]",
}


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_has_its_test(section):
    """An equation without a test is a claim of the chapter that nothing here looks at."""
    assert f"test_{section}" in globals()


@pytest.fixture
def linear(rng):
    """W [3 × 4] at a point of whole numbers, and a row g_out [1 × 3]."""
    return Point(Linear(), {"x": whole(rng, 4), "W": whole(rng, 3, 4), "b": whole(rng, 3)}), whole(rng, 1, 3)


@pytest.fixture
def chain(rng):
    """Linear, linear, linear, loss: widths 3 → 4 → 2 → 3; x1, x2, x3 and J."""
    net = Chain(Linear(), (Linear(), "W2", "b2"), (Linear(), "W3", "b3"), (SquaredError(), "y"))
    return net, {"x": whole(rng, 3), "y": whole(rng, 3)} | parameters(rng, 3, 4, 2, 3)


def test_introduction_forward(linear):
    """x_out = f(x_in, θ): with the parameters as inputs f is fixed: equal arguments, equal outputs."""
    point, _ = linear
    first, moved = point.forward(), point.map.forward(**point.values | {"b": point.values["b"] + 1})
    assert np.array_equal(moved, first + 1)
    assert np.array_equal(point.forward(), first)


def test_the_trick_shared_terms(chain):
    """∂J/∂θ₁ and ∂J/∂θ₂ begin with the same product, and computing it once saves its multiplications."""
    net, values = chain
    trace = net.trace(**values)

    def L(node, a):
        map, sources = net.nodes[node]
        return Point(map, dict(zip(map.args, (trace[s] for s in sources), strict=True))).L(a, "dense")

    shared = L("x4", "yhat") @ L("x3", "x")  # the gray box
    for a in ("W", "b"):
        one, two = shared @ L("x2", "x") @ L("x1", a), shared @ L("x2", a)
        assert np.array_equal(one, gradient_from_values(net, values, f"{a}1"))
        assert np.array_equal(two, gradient_from_values(net, values, f"{a}2"))
    cost = backward_cost(net, values, wrt=("W1", "W2"), form="dense")
    assert cost.separate - cost.shared == L("x4", "yhat").size + L("x3", "x").size


def test_generic_layer_definitions(chain):
    """g_l [1 × |x_l|], L^x [|x_out| × |x_in|], L^θ [|x_out| × |θ|], and L is both, side by side."""
    net, values = chain
    x1 = net.trace(**values)["x1"]
    layer = Point(Linear(), {"x": x1, "W": values["W2"], "b": values["b2"]})
    W, b = values["W2"], values["b2"]
    assert np.array_equal(layer.L("x", "dense"), derivative(lambda x: W @ x + b, x1))
    theta = np.concatenate([W.ravel(), b])
    L_theta = derivative(lambda t: t[: W.size].reshape(W.shape) @ x1 + t[W.size :], theta)
    assert np.array_equal(layer.L("theta", "dense"), L_theta)
    both = derivative(lambda v: v[4 : 4 + W.size].reshape(W.shape) @ v[:4] + v[4 + W.size :], np.append(x1, theta))
    assert np.array_equal(np.hstack([layer.L("x", "dense"), L_theta]), both)
    assert gradient_from_values(net, values, "x1").shape == (1, 4)


def test_linear_layer_forward(linear):
    """x_out[i] = Σ_l W[i, l] x_in[l] + b[i]."""
    point, _ = linear
    x, W, b = point.values.values()
    assert np.array_equal(point.forward(), [sum(W[i, l] * x[l] for l in range(4)) + b[i] for i in range(3)])


def test_linear_layer_boxed(linear):
    """L^x = W [M × N], L^b = I [M × M]."""
    point, _ = linear
    assert np.array_equal(point.L("x", "dense"), point.values["W"])
    assert np.array_equal(point.L("b", "dense"), np.eye(3))


def test_linear_layer_one_weight(linear):
    """∂J/∂W[i, j] = ∂J/∂x_out [0 … x_in[j] … 0]ᵀ = ∂J/∂x_out[i] x_in[j], x_in[j] in place i of M.

    The margin has x_in with M and x_out with N dimensions; the text, and [1 × M][M × 1] here, have it the other way.
    """
    point, g_out = linear
    x, W, b = point.values.values()
    by_values = derivative(lambda W: g_out @ (W @ x + b), W).reshape(3, 4)
    for i in range(3):
        for j in range(4):
            column = np.zeros((3, 1))
            column[i] = x[j]
            assert np.array_equal(point.L("W", "dense").reshape(3, 3, 4)[:, i, j][:, None], column)
            assert (g_out @ column).item() == g_out[0, i] * x[j] == by_values[i, j]


def test_linear_layer_matrix_of_weights(linear):
    """∂J/∂W as a matrix: column i, row j holds ∂J/∂W[i, j], which makes x_in g_out, [N × M].

    In print the corners are W[N−1, 0], W[0, M−1] and W[N−1, M−1]; W is [M × N], so they are W[M−1, 0], W[0, N−1] and
    W[M−1, N−1], and likewise x_out[M−1] and x_in[N−1].
    """
    point, g_out = linear
    x, W, b = point.values.values()
    by_values = derivative(lambda W: g_out @ (W @ x + b), W).reshape(3, 4)
    matrix = np.array([[by_values[i, j] for i in range(3)] for j in range(4)])
    assert np.array_equal(matrix, x[:, None] @ g_out)
    assert matrix[0, -1] == by_values[3 - 1, 0] == g_out[0, 3 - 1] * x[0]
    assert matrix[-1, 0] == by_values[0, 4 - 1] == g_out[0, 0] * x[4 - 1]
    with pytest.raises(IndexError):
        by_values[4 - 1, 0]  # as printed


def test_pointwise_jacobian(rng):
    """L^x = diag(h'(x_in)) = H'."""
    x = spread(rng, 4)
    for layer, slope in ((ReLU(), x > 0), (Square(), 2 * x), (Identity(), np.ones(4))):
        H = Point(layer, {"x": x}).L("x", "dense")
        assert np.array_equal(H, np.diag(slope))
        assert np.array_equal(H, derivative(lambda x, f=layer: f.forward(x=x), x))


def test_pointwise_backward(rng):
    """g_in = g_out H'."""
    x, g_out = whole(rng, 5), whole(rng, 1, 5)
    point = Point(Square(), {"x": x})
    assert np.array_equal(point.backward(g_out)["x"], (g_out @ point.L("x", "dense")).ravel())
    assert np.array_equal(point.backward(g_out)["x"], derivative(lambda x: g_out @ (x * x), x).ravel())


def test_pointwise_relu():
    """h'(x) = 1 if x ≥ 0, else 0: at 0 a convention, any number from 0 to 1; libraries have 0.

    Left and right difference quotients at 0 are 0 and 1, so no derivative exists there. From the output alone the
    chapter's gate cannot be had: x = 0 and x < 0 give the same output and another h'.
    """
    x = np.array([-2.0, -0.0, 0.0, 1e-300, 3.0])
    assert np.diag(Point(ReLU(), {"x": x}).L("x", "dense")).tolist() == [0, 1, 1, 1, 1]
    assert np.diag(Point(ReLU(at_zero=0.0), {"x": x}).L("x", "dense")).tolist() == [0, 0, 0, 1, 1]
    h = ReLU().forward
    assert [(h(x=step) - h(x=0.0)) / step for step in (-0.5, 0.5)] == [0, 1]
    assert h(x=0.0) == h(x=-1.0)


def test_loss_layer(rng):
    """L^x = 2(ŷ − y)ᵀ [1 × |y|], g_in = g_out 2(ŷ − y)ᵀ = 2(ŷ − y)ᵀ as g_out = ∂J/∂J = 1. In print untransposed."""
    yhat, y = whole(rng, 4), whole(rng, 4)
    point = Point(SquaredError(), {"yhat": yhat, "y": y})
    want = derivative(lambda v: ((v - y) * (v - y)).sum(), yhat)
    assert want.shape == point.L("yhat", "dense").shape == (1, 4)
    assert np.array_equal(point.L("yhat", "dense"), want)
    assert np.array_equal(want, 2 * (yhat - y)[:, None].T)
    net = Graph(J=(SquaredError(), "yhat", "y"))
    assert net.backward(np.ones(1), yhat=yhat, y=y)["J"].tolist() == [1]
    assert np.array_equal(3 * want.ravel(), point.backward(3.0)["yhat"])


def test_mlp_transposed(linear):
    """g_inᵀ = (g_out W)ᵀ = Wᵀ g_outᵀ: backward is forward with the weights transposed, and without the bias."""
    point, g_out = linear
    W = point.values["W"]
    g_in = point.backward(g_out)["x"]
    assert np.array_equal(g_in, (g_out @ W).T.ravel())
    assert np.array_equal(g_in, Linear().forward(x=g_out.ravel(), W=W.T, b=np.zeros(4)))
    assert np.array_equal(g_in, Point(Linear(), point.values | {"b": point.values["b"] + 7}).backward(g_out)["x"])


def test_dag_definitions(rng):
    """merge concatenates variables, branch copies one; any number of ways."""
    a, b, c = whole(rng, 2), whole(rng, 1), whole(rng, 2, 2)
    assert np.array_equal(Merge(n=3).forward(x0=a, x1=b, x2=c), np.concatenate([a, b, c.ravel()]))
    assert np.array_equal(Branch(n=3).forward(x=a), [a, a, a])


def test_dag_merge_backward(rng):
    """g_inᵃ = g_out [I; 0], g_inᵇ = g_out [0; I]: in print [1, 0]ᵀ; 1 is I and 0 is zeros [|b| × |a|]."""
    a, b, g_out = whole(rng, 2), whole(rng, 3), whole(rng, 1, 5)
    point = Point(Merge(), {"x0": a, "x1": b})
    assert np.array_equal(point.L("x0", "dense"), np.vstack([np.eye(2), np.zeros((3, 2))]))
    assert np.array_equal(point.L("x1", "dense"), np.vstack([np.zeros((2, 3)), np.eye(3)]))
    assert np.array_equal(point.L("x0", "dense"), derivative(lambda v: np.concatenate([v, b]), a))
    assert np.array_equal(point.backward(g_out)["x0"], g_out[0, :2])
    assert np.array_equal(point.backward(g_out)["x1"], g_out[0, 2:])


def test_dag_branch_backward(rng):
    """g_in = [g_outᵃ, g_outᵇ][I; I] = g_outᵃ + g_outᵇ: in print [1, 1]ᵀ, blocks again.

    The gradients that arrive are ∂J/∂x_outᵃ and ∂J/∂x_outᵇ. In print they are ∂J/∂x_inᵃ and ∂J/∂x_inᵇ, but branch has
    one input, and its gradient is the sum, which neither of the two is.
    """
    x, g_a, g_b = whole(rng, 3), whole(rng, 3), whole(rng, 3)
    point = Point(Branch(), {"x": x})
    assert np.array_equal(point.L("x", "dense"), np.vstack([np.eye(3), np.eye(3)]))
    net = Graph(two=(Branch(), "x"), J=(SquaredError(), "two", "y"))
    y = np.stack([x - g_a / 2, x - g_b / 2])  # so that ∂J/∂x_outᵃ = g_a, ∂J/∂x_outᵇ = g_b
    G = net.backward(np.ones(1), x=x, y=y)
    assert np.array_equal(G["two"], [*g_a, *g_b])
    assert np.array_equal(G["x"], g_a + g_b)
    assert np.array_equal(G["x"], gradient_from_values(net, {"x": x, "y": y}, "x").ravel())


def test_parameter_sharing(rng):
    """∂J/∂θ = Σ_i ∂J/∂θ^i over three layers that share W, each term from the graph with copies W^i."""
    nodes = {"h1": "x", "h2": "h1", "h3": "h2"}
    shared = Graph(**{h: (Linear(), x, "W", "b") for h, x in nodes.items()})
    copies = Graph(**{h: (Linear(), x, f"W{h}", f"b{h}") for h, x in nodes.items()})
    x, W, b, g = whole(rng, 3), whole(rng, 3, 3), whole(rng, 3), whole(rng, 3)
    G = shared.backward(g, x=x, W=W, b=b)
    terms = copies.backward(g, x=x, **{f"W{h}": W for h in nodes}, **{f"b{h}": b for h in nodes})
    assert np.array_equal(G["W"], sum(terms[f"W{h}"] for h in nodes))
    assert np.array_equal(G["b"], sum(terms[f"b{h}"] for h in nodes))
    assert np.array_equal(G["W"], (g @ gradient_from_values(shared, {"x": x, "W": W, "b": b}, "W")).ravel())


def test_data_negative_activation(chain):
    """J(x_0, θ) = −x_l[i]: ∂J/∂x_0 is minus row i of ∂x_l/∂x_0; y is not used."""
    net, values = chain
    J = negative_activation(net, "x2", 1)
    given = {a: values[a] for a in J.args}
    assert set(given) == {"x", "W1", "b1", "W2", "b2"}
    assert J.forward(**given) == -net.trace(**values)["x2"][1]
    g = J.backward(np.ones(1), wrt=("x",), **given)["x"]
    assert np.array_equal(g, -(values["W2"] @ values["W1"])[1])

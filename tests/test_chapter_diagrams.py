"""The diagrams of the textbook's chapter that say something mathematical, each as a test under its label.

The figures are known from the chapter's text and captions. Equality is to the last bit, at points of whole numbers.
"""

import numpy as np
import pytest

from jacobians import Chain, Graph, Point
from jacobians.activation import negative_activation
from jacobians.backward_network import backward_network, parameter_gradients
from jacobians.descent import descend
from jacobians.layers import Branch, Linear, Merge, ReLU, Square, SquaredError, Take, Tanh
from tests.whole_numbers import derivative, gradient_from_values, parameters, spread, whole


@pytest.fixture
def linear(rng):
    """A linear layer, W [3 × 4], at a point of whole numbers, and a row g_out [1 × 3]."""
    return Point(Linear(), {"x": whole(rng, 4), "W": whole(rng, 3, 4), "b": whole(rng, 3)}), whole(rng, 1, 3)


@pytest.fixture
def mlp():
    """x → linear → z → relu → h → linear → ŷ → loss → J."""
    return Graph(
        z=(Linear(), "x", "W1", "b1"), h=(ReLU(), "z"), yhat=(Linear(), "h", "W2", "b2"),
        J=(SquaredError(), "yhat", "y"),
    )  # fmt: skip


@pytest.fixture
def values(rng):
    """The MLP of "Putting It All Together": x 4, z and h 3, ŷ 2, no biases."""
    theta = parameters(rng, 4, 3, 2) | {"b1": np.zeros(3), "b2": np.zeros(2)}
    return {"x": spread(rng, 4), "y": whole(rng, 2)} | theta


@pytest.fixture
def deep(rng):
    """f_1 … f_5 = linear, relu, linear, relu, linear of widths 3 → 4 → 5 → 2, then the loss; and values."""
    net = Chain(Linear(), ReLU(), (Linear(), "W2", "b2"), ReLU(), (Linear(), "W3", "b3"), (SquaredError(), "y"))
    return net, {"x": whole(rng, 3), "y": whole(rng, 2)} | parameters(rng, 3, 4, 5, 2)


def test_fig_backpropagation_simple_MLP(mlp, values):
    """z = W₁ x + b₁, h = relu(z), ŷ = W₂ h + b₂: the graph computes the formula."""
    values |= {"b1": np.array([1.0, -2.0, 3.0]), "b2": np.array([5.0, -1.0])}
    x, W1, W2 = values["x"], values["W1"], values["W2"]
    want = W2 @ np.maximum(W1 @ x + values["b1"], 0) + values["b2"]
    assert np.array_equal(mlp.trace(**values)["yhat"], want)


def test_fig_backpropagation_mod_block_forward(linear):
    """x_out = f(x_in, θ): the layer itself holds no parameters, θ is an input like x_in."""
    point, _ = linear
    f, at = point.map, point.values
    assert f.args == ("x", "W", "b")
    assert f.settings == {}
    assert np.array_equal(f.forward(**at | {"W": 2 * at["W"]}), 2 * (at["W"] @ at["x"]) + at["b"])
    assert np.array_equal(f.forward(**at), at["W"] @ at["x"] + at["b"])


def test_fig_backpropagation_composed_modules(deep):
    """x_l = f_l(x_{l−1}, θ_l), J = ℒ(x_L, y): each module reads the one before it, its own θ_l, and nothing else."""
    net, values = deep
    read = [sources for _, sources in net.nodes.values()]
    assert read == [("x", "W1", "b1"), ("x1",), ("x2", "W2", "b2"), ("x3",), ("x4", "W3", "b3"), ("x5", "y")]
    assert np.shape(net.forward(**values)) == ()


def test_fig_backpropagation_cgraph_tree(deep):
    """A narrow tree: parameters and data are its leaves, each read once, on a branch of length 1."""
    net, _ = deep
    read = [source for _, sources in net.nodes.values() for source in sources]
    assert sorted(read) == sorted({*net.args, *net.nodes} - {net.output})
    assert set(net.args) == {"x", "y", *net.theta}
    assert net.theta == ("W1", "b1", "W2", "b2", "W3", "b3")


def test_fig_backpropagation_generic_layer_g_L(deep):
    """g_l = ∂J/∂x_l is [1 × |x_l|], L^x is [|x_out| × |x_in|], L^θ is [|x_out| × |θ|]."""
    net, values = deep
    G = net.backward(np.ones((1, 1)), **values)
    assert [G[f"x{l}"].shape for l in (1, 3, 5)] == [(1, 4), (1, 5), (1, 2)]
    layer = Point(Linear(), {"x": net.trace(**values)["x2"], "W": values["W2"], "b": values["b2"]})
    assert layer.L("x").shape == (5, 4)
    assert layer.L("theta").shape == (5, 5 * 4 + 5)


def test_fig_backpropagation_mod_block_backward(linear):
    """(x_in, θ, g_out) ↦ (g_in, ∂J/∂θ), whatever J is downstream, if it only sends back this g_out."""
    point, g_out = linear
    back = point.backward(g_out)
    for J in (lambda y: g_out @ y, lambda y: g_out @ y + ((y - point.forward()) ** 2).sum()):
        for a in ("x", "W", "b"):
            want = derivative(lambda v, a=a, J=J: J(point.map.forward(**point.values | {a: v})), point.values[a])
            assert np.array_equal(back[a].ravel(), want.ravel())


def test_fig_backpropagation_forward_pass(deep):
    """x_0, x_1, …, x_L, then J, in this order, each from the one before."""
    net, values = deep
    trace = net.trace(**values)
    assert [a for a in trace if a not in values] == ["x1", "x2", "x3", "x4", "x5", "x6"]
    x = values["x"]
    for k, name in enumerate(("x1", "x3", "x5"), start=1):
        x = values[f"W{k}"] @ x + values[f"b{k}"]
        assert np.array_equal(trace[name], x)
        x = np.maximum(x, 0)
    assert trace["x6"] == ((trace["x5"] - values["y"]) ** 2).sum()


def test_fig_backpropagation_backward_pass(deep):
    """g_L, g_{L−1}, …, g_0 in this order, and ∂J/∂θ_l beside g_{l−1}: each from values of J alone."""
    net, values = deep
    G = net.backward(np.ones(1), **values)
    assert [a for a in G if a in net.nodes or a == "x"] == ["x6", "x5", "x4", "x3", "x2", "x1", "x"]
    for a in G:
        if a != net.output:
            assert np.array_equal(G[a], gradient_from_values(net, values, a).ravel())


def test_fig_backpropagation_linear_forward_backward_matrices(linear):
    """Left: x_out [M × 1] = W [M × N] x_in [N × 1]. Right: g_in [1 × N] = g_out [1 × M] W [M × N]."""
    point, g_out = linear
    x, W, _ = point.values.values()
    left = [[sum(W[i, j] * x[j] for j in range(4))] for i in range(3)]
    right = [[sum(g_out[0, i] * W[i, j] for i in range(3)) for j in range(4)]]
    assert np.array_equal(point.map.forward(x=x, W=W, b=np.zeros(3))[:, None], left)
    assert np.array_equal(point.backward(g_out)["x"][None], right)


def test_fig_backpropagation_parameter_grad_linear_matrices(linear):
    """∂J/∂W = x_in g_out, [N × 1][1 × M] → [N × M]: the transpose of the gradient in the shape of W."""
    point, g_out = linear
    outer = point.values["x"][:, None] @ g_out
    assert outer.shape == (4, 3)
    assert np.array_equal(outer.T, point.backward(g_out)["W"])


def test_fig_backpropagation_linear_layer_backprop(linear):
    """Forward W x_in + b; backward g_in = g_out W, ∂J/∂W = x_in g_out, ∂J/∂b = g_out; update with transposes."""
    point, g_out = linear
    x, W, b = point.values.values()
    back = point.backward(g_out)
    assert np.array_equal(point.forward(), W @ x + b)
    assert np.array_equal(back["x"][None], g_out @ W)
    assert np.array_equal(back["W"], (x[:, None] @ g_out).T)
    assert np.array_equal(back["b"][None], g_out)


def test_fig_backpropagation_pointwise_backward_matices(rng):
    """[g₀ g₁ g₂] diag(a, b, c), a = h'(x_in[0]) and so on: off the diagonal all is zero."""
    x, g = np.array([2.0, -3.0, 0.5]), whole(rng, 1, 3)
    for layer, (a, b, c) in ((ReLU(), (1, 0, 1)), (Square(), (4, -6, 1))):
        H = Point(layer, {"x": x}).L("x", "dense")
        assert np.array_equal(H, [[a, 0, 0], [0, b, 0], [0, 0, c]])
        assert np.array_equal(g @ H, [[g[0, 0] * a, g[0, 1] * b, g[0, 2] * c]])


def test_fig_backpropagation_pointwise_layer_backprop(rng):
    """Forward x_out = h(x_in), backward g_in = g_out H'; no parameters, so nothing to update."""
    x, g = spread(rng, 4), whole(rng, 1, 4)
    point = Point(ReLU(), {"x": x})
    assert point.map.theta == ()
    assert np.array_equal(point.forward(), np.maximum(x, 0))
    assert np.array_equal(point.backward(g)["x"], (g @ point.L("x", "dense")).ravel())
    assert np.array_equal(point.backward(g)["x"], g[0] * (x > 0))


def test_fig_backpropagation_L2_loss_layer_backprop(rng):
    """Forward J = ‖ŷ − y‖²; backward g_in = 2(ŷ − y)ᵀ, from g_out = 1.

    As printed, 2(ŷ − y) is a column and is said to be [1 × |y|]; the row needs the transpose.
    """
    yhat, y = whole(rng, 5), whole(rng, 5)
    loss = Point(SquaredError(), {"yhat": yhat, "y": y})
    column = 2 * (yhat - y)[:, None]
    assert loss.L("yhat", "dense").shape == (1, 5)
    assert np.array_equal(loss.L("yhat", "dense"), column.T)
    assert np.array_equal(loss.backward(1.0)["yhat"], derivative(lambda v: ((v - y) ** 2).sum(), yhat).ravel())


def test_fig_backpropagation_forward_pass_MLP(mlp, values):
    """z [3 × 1] = W₁ [3 × 4] x [4 × 1], h [3 × 1] = relu(z), ŷ [2 × 1] = W₂ [2 × 3] h, J = ‖ŷ − y‖²; no biases."""
    trace = mlp.trace(**values)
    z = values["W1"] @ values["x"]
    h = np.where(z > 0, z, 0)
    yhat = values["W2"] @ h
    for name, want in (("z", z), ("h", h), ("yhat", yhat), ("J", ((yhat - values["y"]) ** 2).sum())):
        assert np.array_equal(trace[name], want)
    assert [trace[a].size for a in ("x", "z", "h", "yhat")] == [4, 3, 3, 2]


def test_fig_backpropagation_backward_pass_MLP(mlp, values):
    """gᵀ as columns: W₁ᵀ diag(a, b, c) W₂ᵀ 2(ŷ − y), the gate 1 where x_in of relu was positive, else 0.

    Print: "where the activation was nonnegative". It must be the relu's input z: its output h is never negative, and a
    gate made from h would let everything through.
    """
    trace = mlp.trace(**values)
    gate = np.diag((trace["z"] > 0).astype(float))
    g_yhat = 2 * (trace["yhat"] - values["y"])[:, None]
    g_h = values["W2"].T @ g_yhat
    g_z = gate @ g_h
    g_x = values["W1"].T @ g_z
    assert [g.shape for g in (g_yhat, g_h, g_z, g_x)] == [(2, 1), (3, 1), (3, 1), (4, 1)]
    for name, g in (("yhat", g_yhat), ("h", g_h), ("z", g_z), ("x", g_x)):
        assert np.array_equal(g.T, gradient_from_values(mlp, values, name))
    h = np.maximum(np.array([-1.0, 2.0, -3.0]), 0)
    assert np.array_equal(np.diag((h >= 0).astype(float)), np.eye(3))
    assert np.array_equal(Point(ReLU(), {"x": np.array([-1.0, 2.0, -3.0])}).L("x", "dense"), np.diag([0.0, 1, 0]))


def test_fig_backpropagation_backprop_as_neural_net(deep):
    """Three-layer MLP: its backward network has only linear layers, weights Wᵀ and gates; ∂J/∂W one product more."""
    net, values = deep
    back = backward_network(net, values)
    assert {type(map) for map, _ in back.map.nodes.values()} == {Linear}
    for node, W in (("x1", "W1"), ("x3", "W2"), ("x5", "W3")):
        assert np.array_equal(back.values[f"L_{node}.xᵀ"], values[W].T)
    trace, forward = back.map.trace(**back.values), net.trace(**values)
    assert np.array_equal(trace["g_x"], gradient_from_values(net, values, "x").ravel())
    theta = parameter_gradients(net, values, trace)
    for W, x, g in (("W1", "x", "g_x1"), ("W2", "x2", "g_x3"), ("W3", "x4", "g_x5")):
        assert np.array_equal(theta[W], np.outer(trace[g], forward[x]).ravel())
        assert np.array_equal(theta[W], gradient_from_values(net, values, W).ravel())


def test_fig_backpropagation_branch_and_merge(rng):
    """merge(xᵃ, xᵇ) = [xᵃ, xᵇ], of any two sizes and shapes; branch(x) = [x, x]."""
    a, b = whole(rng, 2, 2), whole(rng, 3)
    assert Merge().forward(x0=a, x1=b).tolist() == [*a.ravel(), *b]
    assert Branch().forward(x=b).tolist() == [b.tolist(), b.tolist()]


def test_fig_backpropagation_branch_and_merge_layers_backprop_diagram(rng):
    """merge sends the first |xᵃ| entries of g_out to a and the others to b; branch sends g_outᵃ + g_outᵇ.

    "First half" and "second half" hold for equal sizes only; here they are 2 and 3.
    """
    a, b, g = whole(rng, 2), whole(rng, 3), whole(rng, 5)
    back = Point(Merge(), {"x0": a, "x1": b}).backward(g)
    assert np.array_equal(back["x0"], g[:2])
    assert np.array_equal(back["x1"], g[2:])
    g_a, g_b = whole(rng, 3), whole(rng, 3)
    assert np.array_equal(Point(Branch(), {"x": b}).backward(np.stack([g_a, g_b]))["x"], g_a + g_b)


def test_fig_backpropagation_backprop_DAG(rng):
    """Any DAG is made by inserting branch and merge: it has the gradients of the graph whose names are read twice."""
    made = Graph(
        z=(Linear(), "x", "W", "b"), two=(Branch(), "z"), left=(Take(index=0), "two"), right=(Take(index=1), "two"),
        h=(ReLU(), "left"), m=(Merge(), "h", "right"), J=(SquaredError(), "m", "y"),
    )  # fmt: skip
    read_twice = Graph(
        z=(Linear(), "x", "W", "b"), h=(ReLU(), "z"), m=(Merge(), "h", "z"), J=(SquaredError(), "m", "y")
    )
    v = {"x": whole(rng, 4), "W": whole(rng, 3, 4), "b": whole(rng, 3) + 0.5, "y": whole(rng, 6)}
    got, want = made.backward(np.ones(1), **v), read_twice.backward(np.ones(1), **v)
    for a in ("x", "W", "b", "z"):
        assert np.array_equal(got[a], want[a])
        assert np.array_equal(got[a], gradient_from_values(made, v, a).ravel())


def test_fig_backpropagation_parameter_sharing(rng):
    """θ → branch → θ¹, θ²: a shared W read by two layers is a W that a branch copies, and both gradients add."""
    shared = Graph(h=(Linear(), "x", "W", "b"), s=(Linear(), "h", "W", "c"), J=(SquaredError(), "s", "y"))
    branched = Graph(
        W=(Branch(), "W0"), W1=(Take(index=0), "W"), W2=(Take(index=1), "W"),
        h=(Linear(), "x", "W1", "b"), s=(Linear(), "h", "W2", "c"), J=(SquaredError(), "s", "y"),
    )  # fmt: skip
    v = {a: whole(rng, 3) for a in ("x", "b", "c", "y")}
    W = whole(rng, 3, 3)
    got, want = branched.backward(np.ones(1), W0=W, **v), shared.backward(np.ones(1), W=W, **v)
    assert np.array_equal(got["W0"], want["W"])
    assert np.array_equal(got["W0"], got["W1"] + got["W2"])
    assert np.array_equal(got["W0"], gradient_from_values(shared, v | {"W": W}, "W").ravel())


def test_fig_backpropagation_J_forward_backward_blocks(mlp, values):
    """Forward (x_0, y, θ) ↦ J; backward 1 ↦ (∂J/∂x_0, ∂J/∂y, ∂J/∂θ): data and parameters stand side by side.

    J(x_0, y, θ) = ℒ(F(x_0, θ), y); in print θ is an argument of ℒ instead of F.
    """
    whole_net = Point(mlp, values)
    back = whole_net.backward(1.0)
    assert set(back) == {"x", "y", "W1", "b1", "W2", "b2"}
    for a, g in back.items():
        assert g.shape == values[a].shape
        assert np.array_equal(g.ravel(), gradient_from_values(mlp, values, a).ravel())
    F = mlp.upto("yhat")
    assert set(F.args) == {"x", *F.theta}
    yhat = F.forward(**{a: values[a] for a in F.args})
    assert SquaredError().forward(yhat=yhat, y=values["y"]) == mlp.forward(**values)


def test_fig_backpropagation_backprop_to_the_data_example(rng):
    """Descending J(x_0, θ) = −x_l[i] in x_0 makes the neuron fire more at every step, and leaves θ alone."""
    net = Graph(
        z=(Linear(), "x", "W1", "b1"), h=(Tanh(), "z"), s=(Linear(), "h", "W2", "b2"), J=(SquaredError(), "s", "y")
    )
    J = negative_activation(net, "s", 1)
    start = {"x": rng.standard_normal(6) / 4}
    for k, (n, m) in enumerate(((6, 4), (4, 3)), start=1):
        start |= {f"W{k}": rng.standard_normal((m, n)) / 2, f"b{k}": rng.standard_normal(m)}
    path = list(descend(J, start, wrt=("x",), rate=0.05, steps=30))
    activation = [net.upto("s").forward(**v)[1] for _, v in path]
    assert [-a for a in activation] == [J for J, _ in path]
    assert (np.diff(activation) > 0).all()
    assert all(v["W1"] is start["W1"] for _, v in path)

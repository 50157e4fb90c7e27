"""A layer of a course that is several of ours: the product of their Jacobians, and every line that cannot be."""

import numpy as np
import pytest

from jacobians import Graph, Point
from jacobians.adapters.conventions.graph import composed
from jacobians.errors import BadFile
from jacobians.layers import find

TEXT = "z = linear(x, W, b)\nout = relu(z)"


def test_it_is_the_layers_one_after_the_other(rng):
    layer = composed(TEXT, "linear-relu", "here")
    values = {"x": rng.standard_normal(4), "W": rng.standard_normal((3, 4)), "b": rng.standard_normal(3)}
    graph = Graph(z=(find("linear")(), "x", "W", "b"), out=(find("relu")(), "z"))
    assert layer.theta == ("W", "b")
    assert np.array_equal(layer().forward(**values), graph.forward(**values))
    for a in values:
        assert np.array_equal(Point(layer(), values).L(a, "dense"), Point(graph, values).L(a, "dense"))
    assert np.array_equal(layer().forward(*values.values()), graph.forward(**values))


def test_its_choice_at_a_kink_is_a_setting():
    layer = composed(TEXT, "linear-relu", "here")
    assert layer.conventions == find("relu").conventions
    values = {"x": np.zeros(1), "W": np.ones((1, 1)), "b": np.zeros(1)}
    assert [Point(layer(at_zero=k), values).L("x", "dense").item() for k in (0.0, 0.5, 1.0)] == [0.0, 0.5, 1.0]
    fixed = composed("out = relu(x, at_zero=0.5)", "half", "here")
    assert not fixed.conventions


def test_a_layer_for_one_example_beside_one_that_looks_at_a_batch(rng):
    layer = composed("z = linear(x, W, b, each=True)\nout = batch_norm(z, gamma, beta)", "linear-bn", "here")
    values = {"x": rng.standard_normal((5, 4)), "W": rng.standard_normal((3, 4)), "b": rng.standard_normal(3)}
    values |= {"gamma": rng.standard_normal(3), "beta": rng.standard_normal(3)}
    at, normal = Point(layer(), values), find("batch_norm")()
    assert layer.interacts
    assert layer.theta == ("W", "b", "gamma", "beta")
    z = values["x"] @ values["W"].T + values["b"]
    np.testing.assert_allclose(at.forward(), normal.forward(z, values["gamma"], values["beta"]), rtol=1e-13)
    through = Point(normal, {"x": z, "gamma": values["gamma"], "beta": values["beta"]}).L("x", "dense")
    np.testing.assert_allclose(at.L("x", "dense"), through @ np.kron(np.eye(5), values["W"]), rtol=1e-12, atol=1e-14)


def test_labels_have_no_derivative_and_a_target_may_be_left_out():
    assert composed("s = matmul(X, W)\nout = hinge(s, y)", "svm", "here").constant == ("y",)
    assert composed("s = matmul(X, W)\nout = hinge(s, y)", "svm", "here").interacts
    assert composed("out = mean_squared_error(yhat, t)", "mse", "here").optional == ("t",)


def test_the_usual_formula_is_composed_as_well(rng):
    """tanh' from the output, 1 − y²: another way to the same numbers."""
    layer = composed("z = scale(x, by=0.5)\nout = tanh(z)", "half-tanh", "here")
    x = rng.standard_normal(3)
    usual = layer().L_x_from_output(layer().forward(x), x=x)  # type: ignore[attr-defined]
    dense = usual if isinstance(usual, np.ndarray) else usual.toarray()
    assert np.allclose(dense, Point(layer(), {"x": x}).L("x", "dense"), rtol=1e-14)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("out = liner(x)", "no layer is called 'liner'"),
        ("out = linear(x)", "Linear() takes x, W and b"),
        ("out = linear(x, 2, b)", "should be name = layer(name, …, setting=value)"),
        ("linear(x, W, b)", "should be name = layer(name, …, setting=value)"),
        ("out = relu(x, at_one=1)", "ReLU has no setting 'at_one': it has at_zero"),
        ("out = relu(", "is not Python"),
        ("out = relu(z)\nz = tanh(x)", "out reads z before it is assigned"),
    ],
)
def test_what_is_no_graph(text, said):
    with pytest.raises(BadFile) as caught:
        composed(text, "it", "convention mine, part it")
    assert said in str(caught.value)
    assert "convention mine, part it: graph: " in str(caught.value)

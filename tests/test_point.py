"""Points: L in its forms, theta side by side, gradients in the shape of their argument, and the sentences of errors."""

import numpy as np
import pytest
from scipy import sparse

from jacobians.errors import ArgumentError, UnknownName, names, nearest
from jacobians.graph import Graph
from jacobians.layers import Linear, ReLU, Sigmoid, find_all, layer_names
from jacobians.point import Map, Point, differentiable


@pytest.fixture
def point(rng) -> Point:
    return Point(Linear(), {"x": rng.standard_normal(3), "W": rng.standard_normal((2, 3)), "b": rng.standard_normal(2)})


def test_L_by_hand():
    point = Point(Linear(), {"x": np.array([5.0, 6, 7]), "W": np.array([[1.0, 2, 3], [4, 8, 9]]), "b": np.zeros(2)})
    np.testing.assert_array_equal(point.forward(), [38, 131])
    np.testing.assert_array_equal(point.L("x"), [[1, 2, 3], [4, 8, 9]])
    np.testing.assert_array_equal(point.L("W", "dense"), [[5, 6, 7, 0, 0, 0], [0, 0, 0, 5, 6, 7]])
    np.testing.assert_array_equal(point.L("theta", "dense"), [[5, 6, 7, 0, 0, 0, 1, 0], [0, 0, 0, 5, 6, 7, 0, 1]])
    g = point.backward(np.array([10.0, -1.0]))
    np.testing.assert_array_equal(g["x"], [6, 12, 21])
    np.testing.assert_array_equal(g["W"], [[50, 60, 70], [-5, -6, -7]])
    np.testing.assert_array_equal(g["b"], [10, -1])


def test_forms(point):
    assert type(point.L("x")) is np.ndarray
    assert type(point.L("x", "sparse")) is sparse.csr_array
    assert type(point.L("W")) is sparse.csr_array
    assert type(point.L("W", "dense")) is np.ndarray
    assert type(point.L("theta")) is sparse.csr_array


def test_backward_is_g_times_L_in_every_form(point, rng):
    g = rng.standard_normal(2)
    for form in ("natural", "dense", "sparse"):
        gradients = point.backward(g, form)
        assert list(gradients) == ["x", "W", "b"]
        for a, got in gradients.items():
            assert type(got) is np.ndarray
            assert got.shape == point.values[a].shape
            np.testing.assert_allclose(got.ravel(), g @ point.L(a, "dense"))
    np.testing.assert_array_equal(point.backward(g[:, None])["x"], point.backward(g)["x"])


def test_every_layer_is_a_map_and_sends_gradients_back_in_shape(rng):
    for cls in find_all().values():
        point = next(iter(cls.points(rng, 3)))
        assert isinstance(point.map, Map)
        g = rng.standard_normal(np.shape(point.forward()))
        gradients = point.backward(g)
        assert set(gradients) == set(differentiable(point.map))
        for a, got in gradients.items():
            assert got.shape == np.shape(point.values[a])


def test_the_name_is_no_part_of_the_point():
    values = {"x": np.float64(1)}
    assert Point(ReLU(), values, "one") == Point(ReLU(), values, "other")
    assert Point(ReLU(), values) != Point(ReLU(at_zero=0.0), values)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("x", "Linear() takes x, W and b: it needs W and b; give each of its arguments by name, once"),
        ("xWbc", "Linear() takes x, W and b: it does not know c; give each of its arguments by name, once"),
        ("xbw", "Linear() takes x, W and b: it needs W and does not know w; give each of its arguments by name, once"),
    ],
)
def test_values_that_do_not_fit(given, said):
    with pytest.raises(ArgumentError) as caught:
        Point(Linear(), {a: np.zeros(1) for a in given})
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("map", "asked", "said"),
    [
        (Linear(), "bias", "Linear() has no Jacobian for 'bias': write one of x, W and b"),
        (ReLU(), "theta", "ReLU() has no Jacobian for 'theta': write one of x; it has no parameters, so no theta"),
        (ReLU(), "xx", "ReLU() has no Jacobian for 'xx': write one of x. Did you mean 'x'?"),
    ],
)
def test_no_such_jacobian(map, asked, said):
    point = Point(map, {a: np.ones((1, 1)) for a in map.args})
    with pytest.raises(UnknownName) as caught:
        point.L(asked)
    assert str(caught.value) == said


def test_layers_are_found_by_name():
    assert {name.replace("_", "") for name in layer_names()} == {cls.__name__.lower() for cls in find_all().values()}
    from jacobians import layers

    assert layers.LeakyReLU is layers.find("leaky_relu")
    assert layers.name_of(ReLU()) == layers.name_of(ReLU) == "relu"
    assert set(dir(layers)) == {cls.__name__ for cls in find_all().values()}
    with pytest.raises(
        UnknownName, match=r"no layer is called 'rellu'. Did you mean 'relu'\? `jacobians layers` lists all"
    ):
        layers.find("rellu")
    with pytest.raises(AttributeError, match="has no layer 'Nothing'"):
        layers.Nothing  # noqa: B018


def test_words():
    assert [names(x) for x in ([], ["a"], "ab", "abc")] == ["none", "a", "a and b", "a, b and c"]
    assert nearest("wieght", ["weight", "bias"]) == " Did you mean 'weight'?"
    assert nearest("w", ["x", "W"]) == " Did you mean 'W'?"
    assert nearest("q", ["weight", "bias"]) == ""


def test_all_parameters_of_a_graph_share_one_backward(rng, monkeypatch):
    """L^θ is each L^p side by side, from one literal backward and not from one for each."""
    net = Graph(h=(Linear(), "x", "W1", "b1"), a=(Sigmoid(), "h"), y=(Linear(), "a", "W2", "b2"))
    shapes = {"x": (4,), "W1": (3, 4), "b1": (3,), "W2": (2, 3), "b2": (2,)}
    point = Point(net, {a: rng.standard_normal(shape) for a, shape in shapes.items()})
    each = [net.L(p, **point.values) for p in net.theta]
    want = np.hstack([L.toarray() if hasattr(L, "toarray") else L for L in each])
    calls = []
    backward = Graph.backward
    monkeypatch.setattr(
        Graph, "backward", lambda self, *args, **kwargs: calls.append(1) or backward(self, *args, **kwargs)
    )
    np.testing.assert_array_equal(point.L("theta", "dense"), want)
    assert len(calls) == 1

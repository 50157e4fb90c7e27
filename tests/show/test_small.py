"""The small point is a point of the layer, and its numbers are short."""

import numpy as np
import pytest

from jacobians.errors import ArgumentError
from jacobians.layers import find, find_all
from jacobians.point import differentiable
from jacobians.show import small
from jacobians.show.small import small_point, upstream
from jacobians.verify.differences import quotient


@pytest.mark.parametrize("name", find_all())
def test_L_is_the_derivative_there(name):
    """Asked of forward alone: rounding has not left where the layer's formulas hold."""
    point = small_point(find(name))
    for a in differentiable(point.map):
        value, error = quotient(point, a)
        assert (np.abs(point.L(a, "dense") - value) <= error + 1e-6).all()


def test_numbers_are_rounded_where_they_may_be():
    for v in small_point(find("linear")).values.values():
        assert np.array_equal(v, v.round(2))
    assert np.array_equal(small_point(find("softmax")).values["x"].round(1), small_point(find("softmax")).values["x"])


def test_probabilities_are_left_alone_and_the_rest_is_rounded():
    x, target = small_point(find("soft_cross_entropy")).values.values()
    assert np.array_equal(x, x.round(2))
    assert np.allclose(target.sum(axis=-1), 1)
    assert not np.array_equal(target, target.round(2))


def test_rounding_that_would_leave_the_domain_is_given_up(monkeypatch):
    monkeypatch.setattr(small, "_still_holds", lambda point: False)
    point = small_point(find("linear"))
    assert not np.array_equal(point.values["W"], point.values["W"].round(6))


def test_where_L_is_no_derivative_is_seen():
    point = small_point(find("log"))
    assert small._still_holds(point)
    outside = type(point)(point.map, {"x": np.array([0.5, 0.0])})
    assert not small._still_holds(outside), "log 0"


def test_no_ties_arise():
    rng = np.random.default_rng(3)
    x = 0.5 + 0.01 * rng.permutation(6)
    point = type(small_point(find("relu")))(find("relu")(), {"x": x})
    rounded = type(point)(point.map, {"x": x.round(1)})
    assert not small._keeps_apart(point, rounded)
    assert small._keeps_apart(point, type(point)(point.map, {"x": x.round(3)}))


def test_the_same_seed_gives_the_same_numbers_and_another_others():
    linear = find("linear")
    for a, v in small_point(linear, seed=4).values.items():
        assert np.array_equal(v, small_point(linear, seed=4).values[a])
        assert not np.array_equal(v, small_point(linear, seed=5).values[a])


def test_g_is_of_small_whole_numbers_none_0_and_1_where_y_is_the_cost():
    g = upstream(small_point(find("relu")))
    assert set(np.abs(g)) == {1.0, 2.0, 3.0}
    assert len(set(g)) == 6
    assert upstream(small_point(find("squared_error"))).tolist() == [1.0]


def test_a_size_that_a_layer_cannot_have(monkeypatch):
    linear = find("linear")

    def points(cls, rng, n):
        raise ValueError("too small")
        yield

    monkeypatch.setattr(linear, "points", classmethod(points))
    with pytest.raises(ArgumentError, match="linear has no point of size 1 .too small.: write another --size"):
        small_point(linear, 1)

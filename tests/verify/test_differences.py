"""The difference quotient: it finds known derivatives, is honest about its error, and sees a kink."""

import numpy as np
import pytest

from jacobians.errors import UnknownName
from jacobians.layers import Linear, ReLU
from jacobians.point import Point
from jacobians.verify.differences import quotient


class Function:
    """A map of one argument from a function, with no L of its own: a quotient must not ask for it."""

    args, theta, constant = ("x",), (), ()

    def __init__(self, f):
        self.forward = lambda x: f(x)
        self.settings = {}

    def L(self, a, /, **values):
        raise AssertionError("the difference quotient asked for L")


def at(f, x):
    return quotient(Point(Function(f), {"x": x}), "x")


SMOOTH = {
    "sin": (np.sin, np.cos, (-3, 3)),
    "exp": (np.exp, np.exp, (-9, 9)),
    "log": (np.log, lambda x: 1 / x, (0.01, 9)),
    "tanh": (np.tanh, lambda x: 1 / np.cosh(x) ** 2, (-6, 6)),
    "polynomial": (lambda x: x**5 - 3 * x**2 + 7, lambda x: 5 * x**4 - 6 * x, (-3, 3)),
    "square root": (np.sqrt, lambda x: 0.5 / np.sqrt(x), (1e-4, 5)),
    "reciprocal": (lambda x: 1 / x, lambda x: -1 / x**2, (0.05, 3)),
    "sharp": (lambda x: np.exp(-50 * x * x), lambda x: -100 * x * np.exp(-50 * x * x), (-0.3, 0.3)),
}


@pytest.mark.parametrize("scale", [1.0, 1e-3])
@pytest.mark.parametrize("name", SMOOTH)
def test_smooth_functions(name, scale, rng):
    f, df, (low, high) = SMOOTH[name]
    x = rng.uniform(low, high, 12) * scale
    q = at(f, x)
    diagonal = np.eye(12, dtype=bool)
    error = np.abs(q.value - np.diag(df(x)))
    assert (error <= q.error).all()
    assert (q.value[~diagonal] == 0).all()
    assert (q.error[diagonal] <= 1e-7 * np.maximum(np.abs(df(x)), 1.0)).all(), "an estimate that large says nothing"


def test_many_magnitudes(rng):
    """x from 1e-9 to 1e9, of a function with features of size 1, and of one without."""
    x = 10.0 ** np.arange(-9, 10) * rng.uniform(1, 2, 19)
    for f, df in ((np.sin, np.cos), (lambda x: x**1.5, lambda x: 1.5 * np.sqrt(x))):
        q = at(f, x)
        assert (np.abs(np.diag(q.value) - df(x)) <= np.diag(q.error)).all()
        assert (np.diag(q.error) <= 1e-5 * np.abs(df(x))).mean() > 0.8


def test_random_smooth_functions(rng):
    """The estimate is honest on functions nobody chose: none of 300 entries is outside."""
    x = rng.standard_normal(20)
    for _ in range(15):
        w, c = rng.standard_normal((2, 3, 1)) * 3
        q = at(lambda x, w=w, c=c: (c * np.sin(w * x)).sum(axis=0), x)
        exact = (c * w * np.cos(w * x)).sum(axis=0)
        assert (np.abs(np.diag(q.value) - exact) <= np.diag(q.error)).all()


@pytest.mark.parametrize(
    ("f", "left", "right"),
    [(np.abs, -1, 1), (lambda x: np.maximum(x, 0), 0, 1), (lambda x: np.where(x > 0, np.sin(3 * x), 0.5 * x), 0.5, 3)],
    ids=["abs", "relu", "curved"],
)
def test_a_kink_is_the_interval_between_the_one_sided_derivatives(f, left, right):
    q = at(f, np.zeros(1))
    assert q.value[0, 0] == pytest.approx((left + right) / 2, abs=1e-3)
    assert q.error[0, 0] == pytest.approx(right - left, rel=1e-3)


@pytest.mark.parametrize("distance", [1e-1, 1e-3, 1e-6])
def test_a_kink_at_some_distance(distance):
    """|x − 1| near 1: the right side's slope, or an error estimate that reaches it."""
    q = at(lambda x: np.abs(x - 1), np.array([1 + distance, 1 - distance]))
    assert (np.abs(np.diag(q.value) - [1, -1]) <= np.diag(q.error)).all()
    assert (np.diag(q.error) < 1e-9).all() == (distance == 1e-1)


def test_a_kink_at_zero_next_to_small_numbers():
    q = at(np.abs, np.array([0.0, 1e-7, -1e-7]))
    np.testing.assert_allclose(np.diag(q.value), [0, 1, -1], atol=1e-6)
    assert q.error[0, 0] == pytest.approx(2.0)
    assert (np.diag(q.error)[1:] < 1e-6).all()


def test_a_narrow_feature_at_zero():
    """x/max(|x|, 1e-8): at 0 the slope is 1e8, on an interval that no ordinary step meets."""
    q = at(lambda x: x / np.maximum(np.abs(x), 1e-8), np.zeros(2))
    np.testing.assert_allclose(np.diag(q.value), 1e8, rtol=1e-6)
    assert (np.diag(q.error) < 1).all()


def test_outside_the_domain_nothing_is_known():
    with np.errstate(all="ignore"):
        q = at(np.log, np.array([-1.0, 2.0]))
    assert np.isinf(q.error[0, 0])
    assert abs(q.value[1, 1] - 0.5) <= q.error[1, 1] < 1e-9


def test_noise_of_cancelling_terms_must_be_told():
    """y = (1e8 + x²) − 1e8 is rounded far more than its own last place; with that told, the estimate is honest."""

    def f(x):
        return (1e8 + x * x) - 1e8

    x = np.linspace(0.3, 2.9, 40)
    point = Point(Function(f), {"x": x})
    told = quotient(point, "x", noise=np.full(40, 2e-8))
    assert (np.abs(np.diag(told.value) - 2 * x) <= np.diag(told.error)).all()
    assert (np.diag(told.error) > 1e-8).all()


def test_shape_is_y_by_a(rng):
    point = next(Linear.points(rng, 3))
    m, n = point.values["W"].shape
    W = quotient(point, "W")
    assert W.value.shape == W.error.shape == (m, m * n)
    np.testing.assert_allclose(W.value, point.L("W", "dense"), atol=1e-12)
    x = quotient(point, "x")
    assert x.value.shape == (m, n)
    assert quotient(Point(Function(np.sum), {"x": np.ones((2, 3))}), "x").value.shape == (1, 6)
    assert quotient(Point(Function(lambda x: x), {"x": np.ones((0, 3))}), "x").value.shape == (0, 0)


def test_float32_arguments_are_examined_in_float64(rng):
    x = rng.standard_normal(5).astype(np.float32)
    q = at(np.exp, x)
    assert (np.abs(np.diag(q.value) - np.exp(x.astype(float))) <= np.diag(q.error)).all()
    assert q.error.max() < 1e-9


def test_arguments_are_left_alone(rng):
    x = rng.standard_normal((2, 3))
    x.flags.writeable = False
    at(np.tanh, x)


def test_unknown_argument(rng):
    point = Point(ReLU(), {"x": rng.standard_normal(3)})
    with pytest.raises(UnknownName, match=r"ReLU\(\) has no Jacobian for 'z': write one of x"):
        quotient(point, "z")

"""The bound of each entry: correct code in any order of summation is inside, and little else is.

Code is simulated one rounding at a time. Operations are done in float64 and rounded to the format: for a sum or product
of two numbers of at most 24 bits that is the correctly rounded result.
"""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from jacobians.batch import batch_of
from jacobians.layers import find
from jacobians.matrix import Array
from jacobians.point import Point
from jacobians.verify.bound import BoundedJacobian, bounded_forward, bounded_jacobians
from jacobians.verify.formats import FORMATS, Format
from jacobians.verify.results import Verdict
from jacobians.verify.trial import rounded, trial_points

from .trials import at_points, from_jacobians, row, tried

Add = Callable[[Array, Array], Array]


def naive(terms: Array, add: Add) -> Array:
    total = terms[0]
    for term in terms[1:]:
        total = add(total, term)
    return total


def backwards(terms: Array, add: Add) -> Array:
    return naive(terms[::-1], add)


def pairwise(terms: Array, add: Add) -> Array:
    if len(terms) == 1:
        return terms[0]
    half = len(terms) // 2
    return add(pairwise(terms[:half], add), pairwise(terms[half:], add))


def blocked(terms: Array, add: Add) -> Array:
    return naive(np.array([naive(terms[k : k + 5], add) for k in range(0, len(terms), 5)]), add)


def split(terms: Array, add: Add) -> Array:
    """Three interleaved accumulators, as split-K has them."""
    return backwards(np.array([naive(terms[k::3], add) for k in range(min(3, len(terms)))]), add)


ORDERS = [naive, backwards, pairwise, blocked, split]
NARROW = [reading for f in ("float32", "float16", "bfloat16") for reading in FORMATS[f].readings()]
readings = pytest.mark.parametrize("reading", NARROW, ids=lambda f: f"{f.name}-{f.inside_p}-{f.sum_p}")


def to_bits(p: int) -> Callable[[Array], Array]:
    """Rounding to p bits of precision, the range left as it is."""

    def round(x: Array) -> Array:
        significand, e = np.frexp(x)
        return np.ldexp(np.rint(np.ldexp(significand, p)), e - p)

    return round


def product(G: Array, L: Array, order: Callable[[Array, Add], Array], f: Format, fused: bool) -> Array:
    """G · L in the arithmetic of a reading; `fused`: the products are not rounded (FMA), as with 16 bits in float32."""
    sum_p, inside, out = to_bits(f.sum_p), to_bits(f.inside_p), f.round
    rows = []
    for g in G:
        terms = g[:, None] * L
        rows.append(order(terms if fused else inside(terms), lambda a, b: sum_p(a + b)))
    return out(inside(np.array(rows)))


def linear(rng, f: Format, m: int = 23, n: int = 4, batch: int = 9) -> Point:
    """A batch of a linear layer at numbers of the format; sums run over m for x, over the batch for W and b."""
    W, b = rng.standard_normal((m, n)), rng.standard_normal(m)
    one = [Point(find("linear")(), {"x": rng.standard_normal(n), "W": W, "b": b}, "p") for _ in range(batch)]
    point = rounded(batch_of(one), f)
    assert point is not None
    return point


def upstream(rng, point: Point, f: Format, k: int = 3) -> Array:
    return f.round(rng.standard_normal((k, np.size(point.forward()))))


# -- what correct code does is inside ---------------------------------------------------------------------------------


@readings
@pytest.mark.parametrize("fused", [False, True], ids=["products-rounded", "fused"])
@pytest.mark.parametrize("order", ORDERS, ids=lambda f: f.__name__)
def test_every_order_of_summation(order, fused, reading, rng):
    point = linear(rng, reading)
    G = upstream(rng, point, reading)
    for a, bounded in bounded_jacobians(point, reading).items():
        judged = bounded.judge(G)
        error = np.abs(product(G, point.L(a, "dense"), order, reading, fused) - judged.want)
        assert (error <= judged.tolerance).all(), a
        size = np.abs(G) @ np.abs(point.L(a, "dense"))
        wide = (
            (60 * reading.u_sum + 4 * reading.u_inside) * size + 4 * reading.u * np.abs(judged.want) + 60 * reading.tiny
        )
        assert (judged.tolerance <= wide).all(), a


@pytest.mark.parametrize("name", ["float32", "float16"])
def test_numpys_own_product_and_sum(name, rng):
    f = FORMATS[name].readings()[-1]
    point = linear(rng, f)
    G = upstream(rng, point, f, 1)
    g, x, W = (v.astype(f.dtype) for v in (G.reshape(9, 23), point.values["x"], point.values["W"]))
    bounded = bounded_jacobians(point, f)
    for a, got in (("x", g @ W), ("W", g.T @ x), ("b", g.sum(axis=0))):
        judged = bounded[a].judge(G)
        assert (np.abs(got.astype(float).ravel() - judged.want[0]) <= judged.tolerance[0]).all(), a


def test_in_float64_the_truths_own_rounding_is_counted(rng):
    """Code and truth both round: against exact fractions each is within the bound, and so is their distance."""
    f = FORMATS["float64"]
    point = linear(rng, f, m=11, n=3, batch=4)
    G = upstream(rng, point, f, 1)
    for a, bounded in bounded_jacobians(point, f).items():
        judged, L = bounded.judge(G), point.L(a, "dense")
        for j in range(L.shape[1]):
            exact = sum(Fraction(g) * Fraction(v) for g, v in zip(G[0], L[:, j], strict=True))
            for order in ORDERS:
                got = order((G[0] * L[:, j]).copy(), np.add)
                assert abs(Fraction(got) - Fraction(judged.want[0, j])) <= Fraction(judged.tolerance[0, j])
            assert abs(exact - Fraction(judged.want[0, j])) <= Fraction(judged.tolerance[0, j])


@readings
@pytest.mark.parametrize("order", ORDERS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("layer", ["linear", "sum", "mean", "squared_error", "center"])
def test_forward_in_every_order(layer, order, reading, rng):
    """The layers' own forward, with its sums in any order."""
    inside, sum_p = to_bits(reading.inside_p), to_bits(reading.sum_p)

    def add_up(terms: Array) -> Array:
        return inside(order(np.array(terms), lambda a, b: sum_p(a + b)))

    def forward(v: dict[str, Array]) -> Array:
        if layer == "linear":
            return inside(add_up(inside(v["W"] * v["x"]).T) + v["b"])
        if layer == "squared_error":
            d = inside(v["yhat"] - v["y"])
            return add_up(inside(d * d).ravel())
        if layer == "center":
            return inside(v["x"] - inside(add_up(v["x"]) / len(v["x"])))
        total = add_up(v["x"].ravel())
        return total if layer == "sum" else inside(total / v["x"].size)

    for typical in list(find(layer).points(rng, 7))[:1]:
        point = rounded(typical, reading)
        assert point is not None
        judged = bounded_forward(point, reading)
        got = reading.round(forward(point.values))
        assert (np.abs(got - judged.want) <= judged.tolerance).all()
        assert judged.tolerance.max() <= 40 * (reading.u + reading.u_sum) * (
            1 + np.abs(point.values[point.map.args[0]]).sum()
        )


# -- and little else --------------------------------------------------------------------------------------------------


@readings
def test_whole_numbers_leave_no_room_at_all(reading, rng):
    """Numbers from −3 to 3: every order is exact in every precision, and the bound is 0."""
    values = {"W": rng.integers(-3, 4, (7, 4)), "b": rng.integers(-3, 4, 7)}
    one = [{"x": rng.integers(-3, 4, 4)} | values for _ in range(3)]
    point = batch_of([Point(find("linear")(), {a: v.astype(float) for a, v in vs.items()}, "p") for vs in one])
    G = rng.choice([-2.0, -1.0, 1.0, 2.0], (2, 21))
    for a, bounded in bounded_jacobians(point, reading).items():
        judged = bounded.judge(G)
        assert (judged.tolerance == 0).all()
        for order in ORDERS:
            np.testing.assert_array_equal(product(G, point.L(a, "dense"), order, reading, False), judged.want)
    assert (bounded_forward(point, reading).tolerance == 0).all()


@readings
def test_whole_numbers_too_large_to_add_exactly_leave_room(reading):
    L = np.full((2, 1), 2.0 ** (reading.p - 1) + 1)
    judged = BoundedJacobian(L, None, reading).judge(np.ones((1, 2)) * [[1.0, 2.0]])
    assert judged.tolerance[0, 0] > 0


@pytest.mark.parametrize("name", FORMATS)
def test_one_product_may_be_off_by_few_units(name, rng):
    """A one-hot g leaves one product for each entry: its bound is few units, so a factor of 1 + 8u is refused.

    In float64 truth rounds as code does: there it is twice as many.
    """
    f = FORMATS[name]
    few = 8 if name == "float64" else 4
    point = linear(rng, f)
    G = np.zeros((1, 9 * 23))
    G[0, 5] = 3.0
    for bounded in bounded_jacobians(point, f).values():
        judged = bounded.judge(G)
        there = judged.want != 0
        assert there.any()
        assert (judged.tolerance[there] <= few * f.u * np.abs(judged.want[there])).all()
        assert (np.abs((1 + 2 * few * f.u) * judged.want - judged.want)[there] > judged.tolerance[there]).all()
        assert (judged.tolerance[~there] == 0).all(), "where L is 0 nothing may come"


@pytest.mark.parametrize("name", FORMATS)
def test_sums_may_be_off_by_a_unit_a_term(name, rng):
    f = FORMATS[name].readings()[-1]
    point = linear(rng, f)
    G = upstream(rng, point, f)
    for a, n in (("x", 23), ("W", 9), ("b", 9)):
        judged = bounded_jacobians(point, f)[a].judge(G)
        size = np.abs(G) @ np.abs(point.L(a, "dense"))
        both = 2 if name == "float64" else 1.3
        assert (judged.tolerance <= both * (n + 4) * f.u * size).all()


def test_g_zero_must_give_zero(rng):
    point = linear(rng, FORMATS["float32"])
    for bounded in bounded_jacobians(point, FORMATS["float32"]).values():
        judged = bounded.judge(np.zeros((1, 9 * 23)))
        assert not judged.want.any()
        assert not judged.tolerance.any()


def test_an_entry_of_L_with_no_bound_says_so_for_the_answers_that_use_it_and_no_other():
    L, E = np.ones((2, 3)), np.array([[0.0, np.inf, 0.0], [0.0, 0.0, np.inf]])
    judged = BoundedJacobian(L, E, FORMATS["float32"]).judge(np.array([[0.5, 0.0], [0.0, 0.5], [0.0, 0.0]]))
    np.testing.assert_array_equal(np.isinf(judged.tolerance), [[False, True, False], [False, False, True], [False] * 3])
    assert not np.isnan(judged.tolerance).any()


# -- the form that works from the stored output -----------------------------------------------------------------------


@pytest.mark.parametrize("layer", ["sigmoid", "tanh", "softplus", "softmax"])
def test_the_form_from_the_output_is_inside_the_looser_bound_only(layer):
    f = FORMATS["float32"]
    x = np.array([16.0, -3.0, 0.25, 1.5, -9.5, 8.5, 3.25])
    if layer == "softplus":
        x = -np.abs(x) - 1.0
    point = Point(find(layer)(), {"x": f.round(x)}, "saturating")
    y = f.round(point.forward()).astype(f.dtype)
    one = f.dtype.type(1)
    D = {
        "sigmoid": lambda: np.diag(y * (one - y)),
        "tanh": lambda: np.diag(one - y * y),
        "softplus": lambda: np.diag(one - np.exp(-y)),
        "softmax": lambda: np.diag(y) - y[:, None] * y[None, :],
    }[layer]().astype(float)
    judged = bounded_jacobians(point, f)["x"].judge(np.eye(7))
    error = np.abs(f.round(D) - judged.want)
    assert judged.looser is not None
    assert (error <= judged.looser).all()
    assert (error > judged.tolerance).any(), "these digits are lost"
    assert judged.looser.max() <= 64 * f.u, "a wrong formula would not be inside"


def test_layers_without_such_a_form_have_one_bound(rng):
    point = linear(rng, FORMATS["float32"])
    for bounded in bounded_jacobians(point, FORMATS["float32"]).values():
        assert bounded.judge(np.ones((1, 9 * 23)) * 0.5).looser is None


def test_a_batch_has_its_examples_looser_bounds(rng):
    f = FORMATS["float32"]
    points = [Point(find("tanh")(), {"x": np.array([8.0 + k, 0.5])}, "p") for k in range(3)]
    judged = bounded_jacobians(batch_of(points), f)["x"].judge(np.eye(6))
    assert judged.looser is not None
    for k, point in enumerate(points):
        one = bounded_jacobians(point, f)["x"].judge(np.eye(2))
        assert one.looser is not None
        np.testing.assert_allclose(judged.looser[2 * k : 2 * k + 2, 2 * k : 2 * k + 2], one.looser, rtol=1e-12)


def test_whole_numbers_are_exact_only_while_what_L_is_summed_from_is():
    """(g W) z of float32 rounds where W z does not: there the bound must not be 0."""
    values = {"x": [1.0], "z": [1.0, -1.0], "W": [[[8388605.0, 8388607.0]]], "b": [0.0]}
    point = Point(find("bilinear")(), {a: np.array(v) for a, v in values.items()})
    g, W, z = np.float32(3), *(point.values[a].astype(np.float32) for a in ("W", "z"))
    judged = bounded_jacobians(point, FORMATS["float32"])["x"].judge(np.array([[3.0]]))
    other_order = (g * W[0]) @ z
    assert other_order != judged.want, "this order rounds"
    assert not judged.outside(other_order.reshape(1, 1).astype(float)).any()


@pytest.mark.parametrize("layer", ["linear", "softmax", "layer_norm", "conv2d"])
def test_the_error_that_is_said_to_show_shows(layer, rng):
    """In any entry of any L, at the point it was found at."""
    for r in (r for r in tried(from_jacobians(layer), layer).results if r.detectable):
        point = next(trial_points(at_points(layer), 0, {}))
        L = point.L(r.argument, "dense")
        for at in rng.permutation(np.argwhere(L))[:5]:

            def wrong(given, a, g, about=r.argument, at=tuple(at), by=1 + 1.05 * r.detectable, shape=L.shape):
                L = given.L(a, "dense").copy()
                if a == about and L.shape == shape:
                    L[at] *= by
                return g @ L

            assert row(tried(from_jacobians(layer, wrong), layer), r.argument).verdict is Verdict.FAIL

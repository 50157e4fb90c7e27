"""The running error against exact arithmetic: one that code exceeds is a false alarm, a wide one sees nothing.

Code is simulated in float32 and in float16 by NumPy's own arithmetic, one rounding an operation; truth is a Fraction or
fifty digits.
"""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from scipy import special

from jacobians.triplets import Triplets
from jacobians.verify.formats import FORMATS
from jacobians.verify.functions import ULPS
from jacobians.verify.running import Running

from ..claims import within
from ..fifty_digits import lift, mp, numbers

HALF = FORMATS["float16"].readings()[-1]  # float16 for everything, sums too
SINGLE = FORMATS["float32"]
formats = pytest.mark.parametrize("format", [HALF, SINGLE, FORMATS["float64"]], ids=lambda f: f.name)
TRIALS = 3000


def draw(rng, format, *shape, low=-3, high=4) -> np.ndarray:
    """Numbers of the format over some powers of two, of either sign."""
    return (rng.standard_normal(shape) * 2.0 ** rng.integers(low, high, shape)).astype(format.dtype)


def exactly(x, format) -> Running:
    return Running(np.asarray(x, float), 0.0, format)


def blurred(rng, x, format) -> tuple[np.ndarray, Running]:
    """Numbers near x, each as far off as its stated error allows, on one side or the other."""
    e = np.abs(x.astype(float)) * rng.choice([0.0, 1e-2, 1e-6], x.shape)
    return lift(x.astype(float)) + lift(e) * lift(rng.choice([-1.0, 0.0, 1.0], x.shape)), Running(
        x.astype(float), e, format
    )


# -- (1) to (3): one operation, with operands that carry errors -------------------------------------------------------

OPERATIONS = {"add": np.add, "subtract": np.subtract, "multiply": np.multiply, "divide": np.divide}


@formats
@pytest.mark.parametrize("name", OPERATIONS)
def test_one_operation_on_exact_numbers(name, format, rng):
    x, y = draw(rng, format, TRIALS), draw(rng, format, TRIALS)
    op = OPERATIONS[name]
    got, bound = op(x, y), op(exactly(x, format), exactly(y, format))
    want = op(lift(x), lift(y))
    assert not (text := within(got, want, bound.error)), text
    error = np.asarray(np.abs(numbers(got) - numbers(want)), float)
    inexact = bound.error > 0
    assert (bound.error[inexact] <= 2.5 * format.u * np.abs(bound.value[inexact]) + format.tiny).all(), (
        "no wider than it need be"
    )
    assert (error / np.abs(bound.value)).max(where=inexact, initial=0) > 0.8 * format.u, (
        "a bound of half the size would fail"
    )


@formats
@pytest.mark.parametrize("name", OPERATIONS)
def test_one_operation_on_numbers_with_errors(name, format, rng):
    """The exact result of any numbers within the errors, and the code's of any of the format's within them."""
    x, y = draw(rng, format, TRIALS), draw(rng, format, TRIALS)
    op = OPERATIONS[name]
    (true_x, run_x), (true_y, run_y) = blurred(rng, x, format), blurred(rng, y, format)
    bound = op(run_x, run_y).error
    assert not (text := within(op(x, y), op(true_x, true_y), bound)), text
    assert within(op(x, y), op(true_x, true_y), bound / 30), "a bound thirty times smaller must fail"


@formats
def test_what_is_a_number_of_the_format_has_no_error(format, rng):
    """Whole numbers, halves, powers of two: code is bitwise right, and the bound says so."""
    a, b = rng.integers(-16, 17, (2, TRIALS)).astype(format.dtype)
    x, y = exactly(a, format), exactly(b, format)
    quarter = 2.0**-2
    for got, bound in (
        (a + b, x + y),
        (a - b, x - y),
        (a * b, x * y),
        (a * format.dtype.type(quarter), x * quarter),
        (a / 4, x / 4.0),
        (a + b * b, x + y * y),
        (-a, -x),
        (np.abs(a), np.abs(x)),
        (a**2, np.square(x)),
        (np.maximum(a, b), np.maximum(x, y)),
    ):
        assert (bound.error == 0).all()
        assert got.dtype == format.dtype
        np.testing.assert_array_equal(got.astype(float), bound.value)
    assert ((x / 3.0).error[a != 0] > 0).all()
    assert (exactly(1.0, format) + 2.0 ** -(format.p + 1)).error > 0
    if format.p < 53:
        assert ((x + 0.1).error > 0).all(), (
            "0.1 is no number of a binary format (in float64 it is the number it stands for)"
        )


@formats
def test_underflow_is_an_error(format):
    """What code may flush to zero, or round among subnormal numbers, is within the bound."""
    small = float(np.finfo(format.dtype).tiny)
    for bound, want in (
        (exactly(small, format) * small, Fraction(small) ** 2),
        (exactly(small, format) / 2.0**60, Fraction(small) / 2**60),
        (exactly(small, format) * 0.75, Fraction(small) * 3 / 4),
        (exactly(1.0, format).lift(small / 8), Fraction(small) / 8),
        (exactly([small, -0.75 * small], format).sum(), Fraction(small) / 4),
    ):
        flushed = abs(0 - want)
        assert float(flushed) <= float(bound.error) <= 8 * small
    assert float(np.exp(exactly(-2000.0, format)).error) > 0


def test_underflow_of_each_of_many_terms():
    """Flushed to zero one by one, n products lose n times what one loses."""
    n, small = 50, SINGLE.tiny
    x, y = np.full(n, small), np.full(n, 0.99)
    bound = exactly(x[None], SINGLE) @ exactly(y, SINGLE)
    assert float(bound.error[0]) >= n * 0.99 * small


@formats
def test_a_constant_is_rounded_when_the_format_does_not_hold_it(format, rng):
    c = rng.standard_normal(TRIALS)
    bound = exactly(0.0, format).lift(c)
    assert not within(c.astype(format.dtype), lift(c), bound.error)
    if format.p < 53:
        assert within(c.astype(format.dtype), lift(c), bound.error / 2.5)
    assert (exactly(0.0, format).lift(c.astype(format.dtype)).error == 0).all()


# -- functions --------------------------------------------------------------------------------------------------------

FUNCTIONS = {
    "exp": (np.exp, mp.exp, -4, 3),
    "expm1": (np.expm1, mp.expm1, -4, 3),
    "log": (np.log, mp.log, -3, 4),
    "log1p": (np.log1p, mp.log1p, -3, 4),
    "sqrt": (np.sqrt, mp.sqrt, -3, 4),
    "tanh": (np.tanh, mp.tanh, -4, 3),
    "sin": (np.sin, mp.sin, -3, 4),
    "cos": (np.cos, mp.cos, -3, 4),
    "erf": (special.erf, mp.erf, -4, 3),
    "erfc": (special.erfc, mp.erfc, -4, 2),
    "square": (np.square, lambda v: v * v, -3, 3),
    "reciprocal": (np.reciprocal, lambda v: 1 / v, -3, 3),
    "negative": (np.negative, lambda v: -v, -3, 3),
    "absolute": (np.abs, abs, -3, 3),
}


@formats
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name, format, rng):
    f, exact, low, high = FUNCTIONS[name]
    x = draw(rng, format, TRIALS // 6, low=low, high=high)
    if name in ("log", "log1p", "sqrt"):
        x = np.abs(x)
    run = exactly(x, format)
    code = f(x.astype(np.float32)).astype(format.dtype) if format is HALF else f(x)
    want = np.frompyfunc(exact, 1, 1)(lift(x).parts[0])
    bound = f(run)
    assert not (text := within(code, want, bound.error)), text
    assert (bound.error <= (ULPS + 1) * format.u * np.abs(bound.value) * 2 + format.tiny).all()
    true, run = blurred(rng, x, format)
    moved = f(run)
    known = np.isfinite(moved.error)
    want = np.frompyfunc(exact, 1, 1)(true.parts[0])
    assert not (text := within(code[known], want[known], moved.error[known])), text
    assert known.mean() > 0.9
    assert within(code[known], want[known], moved.error[known] / 100), "a bound a hundred times smaller must fail"


@formats
def test_zeros_of_functions_are_exact(format):
    zero, one = exactly(0.0, format), exactly(1.0, format)
    for bound in (np.tanh(zero), np.expm1(zero), np.log1p(zero), np.sqrt(zero), np.sin(zero), np.log(one), zero / one):
        assert bound.value == 0
        assert bound.error == 0


def test_no_finite_bound_where_there_is_none():
    """log, √ and 1/x of what may be zero or negative."""
    near = Running([1e-3, 1.0], [2e-3, 1e-6], SINGLE)
    for f in (np.log, np.reciprocal):
        assert np.isinf(f(near).error[0])
        assert np.isfinite(f(near).error[1])
    assert np.isfinite(np.sqrt(near).error).all()


# -- (4), (5): sums in any order --------------------------------------------------------------------------------------


def naive(terms):
    total = terms.dtype.type(0)
    for t in terms:
        total = total + t
    return total


def pairwise(terms):
    if len(terms) == 1:
        return terms[0]
    half = len(terms) // 2
    return pairwise(terms[:half]) + pairwise(terms[half:])


def blocked(terms):
    return naive(np.array([naive(terms[k : k + 7]) for k in range(0, len(terms), 7)], terms.dtype))


ORDERS = {
    "naive": naive,
    "reversed": lambda t: naive(t[::-1]),
    "pairwise": pairwise,
    "blocked": blocked,
    "largest first": lambda t: naive(t[np.argsort(-np.abs(t))]),
    "numpy": lambda t: t.sum(dtype=t.dtype),
}


def fraction(terms) -> Fraction:
    return sum((Fraction(float(t)) for t in terms), Fraction(0))


@pytest.mark.parametrize("format", [HALF, SINGLE], ids=lambda f: f.name)
@pytest.mark.parametrize("order", ORDERS)
def test_sums_in_any_order(order, format, rng):
    worst = 0.0
    for n in (1, 2, 3, 10, 33, 100, 200):
        for _ in range(12):
            x = draw(rng, format, n)
            bound, want = exactly(x, format).sum(), fraction(x)
            error = abs(Fraction(float(ORDERS[order](x))) - want)
            assert error <= Fraction(float(bound.error)), f"{n} terms in {order} order"
            worst = max(worst, float(error) / max(float(bound.error), 1e-300))
    assert worst > 0.01, "a bound a hundred times smaller would hold: it sees nothing"


@pytest.mark.parametrize("format", [HALF, SINGLE], ids=lambda f: f.name)
def test_a_hard_sum_comes_near_the_bound(format):
    """1 and then many terms of just over half a last place, each rounded up: γ_{n−1} is nearly reached."""
    n = 60
    x = np.array([1.0] + [1.001 * format.u] * n).astype(format.dtype)
    bound = exactly(x, format).sum()
    error = abs(Fraction(float(naive(x))) - fraction(x))
    assert 0.4 * float(bound.error) <= float(error) <= float(bound.error)


@pytest.mark.parametrize("format", [HALF, SINGLE], ids=lambda f: f.name)
def test_sums_over_axes_and_groups(format, rng):
    x = draw(rng, format, 3, 4, 5)
    exact = lift(x)
    for axis in (0, 1, -1, (0, 2), None):
        for keep in (True, False):
            bound = exactly(x, format).sum(axis=axis, keepdims=keep)
            got = x.sum(axis=axis, keepdims=keep, dtype=x.dtype)
            assert bound.shape == got.shape
            assert not within(got, exact.sum(axis=axis, keepdims=keep), bound.error)
            assert not within(
                got / format.dtype.type(x.size // got.size),
                exact.mean(axis, keep),
                exactly(x, format).mean(axis, keep).error,
            )
    group = rng.integers(0, 6, 60)
    group[group == 4] = 5  # nothing in group 4
    bound = exactly(x.ravel(), format).sum_groups(group, 6)
    got = np.array([naive(x.ravel()[group == k]) for k in range(6)])
    assert not within(got, exact.ravel().sum_groups(group, 6), bound.error)
    assert bound.error[4] == bound.value[4] == 0


@pytest.mark.parametrize("format", [HALF, SINGLE], ids=lambda f: f.name)
def test_sums_of_terms_with_errors(format, rng):
    for _ in range(100):
        x = draw(rng, format, 20)
        true, run = blurred(rng, x, format)
        assert not (text := within(naive(x), true.sum(), run.sum().error)), text
        assert not (
            text := within(naive(np.maximum(x, 0)), np.maximum(true, 0.0).sum(), np.maximum(run, 0.0).sum().error)
        ), text


@formats
def test_whole_numbers_add_exactly(format, rng):
    x = rng.integers(-8, 9, (40, 30))
    run = exactly(x, format)
    for bound in (run.sum(axis=0), run.sum(axis=1)):
        assert (bound.error == 0).all()
    np.testing.assert_array_equal(
        x.astype(format.dtype).sum(axis=0, dtype=format.dtype).astype(float), run.sum(axis=0).value
    )
    group = rng.integers(0, 5, 40)
    assert (exactly(x[:, 0], format).sum_groups(group, 5).error == 0).all()
    assert ((run @ exactly(x[0], format)).error == 0).all() == (
        format is not HALF or (np.abs(x) @ np.abs(x[0])).max() <= 2**11
    )


def test_whole_numbers_beyond_the_precision_do_not():
    x = np.array([2.0**24, 1.0, 1.0])
    bound = exactly(x, SINGLE).sum()
    error = abs(float(naive(x.astype(np.float32))) - x.sum())
    assert error == 2.0
    assert float(bound.error) >= error


@pytest.mark.parametrize("format", [HALF, SINGLE], ids=lambda f: f.name)
def test_products_of_matrices(format, rng):
    for m, n, k in ((3, 1, 2), (2, 17, 4), (1, 100, 3)):
        A, B = draw(rng, format, m, n), draw(rng, format, n, k)
        bound, want = exactly(A, format) @ exactly(B, format), lift(A) @ lift(B)
        once = np.array([[naive(A[i] * B[:, j]) for j in range(k)] for i in range(m)])
        fused = np.array([[fma_dot(A[i], B[:, j]) for j in range(k)] for i in range(m)])
        backwards = np.array([[naive((A[i] * B[:, j])[::-1]) for j in range(k)] for i in range(m)])
        for got in (once, fused, backwards, A @ B):
            assert not (text := within(got, want, bound.error)), text
        assert within(once, want, bound.error / 1000) or n == 1
        vector = exactly(A[0], format) @ exactly(B, format)
        np.testing.assert_allclose(vector.error, bound.error[0])


def fma_dot(a, b):
    """A dot product of fused multiply-adds: one rounding for each product and sum together."""
    total = a.dtype.type(0)
    for x, y in zip(a.tolist(), b.tolist(), strict=True):
        total = a.dtype.type(float(Fraction(x) * Fraction(y) + Fraction(float(total))))
    return total


def test_products_of_matrices_with_errors(rng):
    for _ in range(50):
        A, B = draw(rng, SINGLE, 2, 6), draw(rng, SINGLE, 6, 3)
        (true_A, run_A), (true_B, run_B) = blurred(rng, A, SINGLE), blurred(rng, B, SINGLE)
        assert not (text := within(A @ B, true_A @ true_B, (run_A @ run_B).error)), text


def test_sparse_products_are_bounded_as_dense_ones(rng):
    rows, cols, v = rng.integers(0, 4, 9), rng.integers(0, 3, 9), draw(rng, SINGLE, 9)
    g = draw(rng, SINGLE, 2, 4)
    bound = exactly(g, SINGLE) @ Triplets(rows, cols, exactly(v, SINGLE), (4, 3))
    got = np.zeros((2, 3), np.float32)
    for r, c, x in zip(rows, cols, v, strict=True):
        got[:, c] += g[:, r] * x
    want = lift(g) @ Triplets(rows, cols, lift(v), (4, 3))
    assert not (text := within(got, want, bound.error)), text


# -- choices ----------------------------------------------------------------------------------------------------------


def test_maximum_and_max(rng):
    """(6), with the chosen one changing within the errors."""
    x, y = draw(rng, SINGLE, TRIALS), draw(rng, SINGLE, TRIALS)
    y[::2] = x[::2] * np.float32(1 + 1e-7)
    (true_x, run_x), (true_y, run_y) = blurred(rng, x, SINGLE), blurred(rng, y, SINGLE)
    for f in (np.maximum, np.minimum):
        assert not (text := within(f(x, y), f(true_x, true_y), f(run_x, run_y).error)), text
    rows = (50, TRIALS // 50)
    for axis in (0, 1, None):
        got = x.reshape(rows).max(axis=axis)
        assert not within(got, true_x.reshape(rows).max(axis=axis), run_x.reshape(rows).max(axis=axis).error)
        assert not within(
            x.reshape(rows).min(axis=axis),
            true_x.reshape(rows).min(axis=axis),
            run_x.reshape(rows).min(axis=axis).error,
        )


def test_a_choice_that_may_go_either_way_covers_both(rng):
    """(7): where(x > 0, a, b) with x near 0: the bound reaches the other side."""
    x, a, b = draw(rng, SINGLE, TRIALS), draw(rng, SINGLE, TRIALS), draw(rng, SINGLE, TRIALS)
    true, run = blurred(rng, x, SINGLE)
    centre = x.astype(float)
    for c in (x, x * np.float32(1 - 1e-7), x * np.float32(1.001)):
        for compare in (np.less, np.less_equal, np.greater, np.greater_equal):
            got = np.where(compare(x, c), a, b)
            want = np.where(compare(true, lift(c)), a, b)
            bound = np.where(compare(run, c.astype(float)), exactly(a, SINGLE), exactly(b, SINGLE))
            assert not (text := within(got, want, bound.error)), text
    assert centre.size == TRIALS
    exact = np.where(exactly(x, SINGLE) > 0, exactly(a, SINGLE), exactly(b, SINGLE))
    assert (exact.error == 0).all(), "exact numbers leave nothing open"


# -- whole formulas, and planted bounds -------------------------------------------------------------------------------

FORMULAS = {
    "softmax": lambda x: np.exp(x - x.max()) / np.exp(x - x.max()).sum(),
    "standardised": lambda x: (x - x.mean()) / np.sqrt(((x - x.mean()) * (x - x.mean())).mean() + 1e-5),
    "logsumexp": lambda x: np.log(np.exp(x - x.max()).sum()) + x.max(),
    "norm": lambda x: x / np.sqrt((x * x).sum()),
    "polynomial": lambda x: ((2.5 * x - 1.0) * x + 0.1) * x,
}


@pytest.mark.parametrize("name", FORMULAS)
def test_formulas_in_single_precision(name, rng):
    f = FORMULAS[name]
    ratios = []
    for _ in range(40):
        x = draw(rng, SINGLE, 9)
        bound, got, want = f(exactly(x, SINGLE)).error, f(x), f(lift(x))
        assert got.dtype == np.float32
        assert not (text := within(got, want, bound)), text
        ratios.append(np.max(np.asarray(np.abs(numbers(got) - numbers(want)), float) / bound))
    assert max(ratios) > 0.01, "a bound a hundred times smaller would hold: it sees nothing"


@pytest.mark.parametrize("rule", ["_multiply", "_add", "_divide", "_summed", "_function"])
def test_a_planted_bound_that_is_too_small_is_seen(rule, rng, monkeypatch):
    """Without the error that one rule adds, the formulas above leave their bounds."""
    proper = getattr(Running, rule)

    def careless(self, *args, **kwargs):
        result = proper(self, *args, **kwargs)
        return Running(result.value, 0.0, result.format)

    monkeypatch.setattr(Running, rule, careless)
    seen = 0
    for f in FORMULAS.values():
        for _ in range(10):
            x = draw(rng, SINGLE, 9)
            seen += bool(within(f(x), f(lift(x)), f(exactly(x, SINGLE)).error))
    assert seen > 0


def test_float16_stored_and_computed_in_float32(rng):
    """The tightest reading of float16: inside, roundings are float32's."""
    x = draw(rng, FORMATS["float16"], 30)
    bound = FORMULAS["standardised"](exactly(x, FORMATS["float16"])).error
    wide = FORMULAS["standardised"](exactly(x, HALF)).error
    got, want = FORMULAS["standardised"](x.astype(np.float32)), FORMULAS["standardised"](lift(x))
    few = replace(FORMATS["float16"], tiny=0.0)
    assert not within(got, want, bound)
    assert (FORMULAS["standardised"](exactly(x, few)).error * 100 < wide).all()


def test_an_infinite_error_that_meets_a_zero_in_a_product_is_none(rng):
    """A weight of attention of which nothing is known, beside a value that is 0."""
    f = FORMATS["float64"]
    A, B = Running(np.ones((2, 2)), np.array([[np.inf, 0.0], [0.0, 0.0]]), f), exactly([[0.0, 1.0], [2.0, 3.0]], f)
    error = (A @ B).error
    assert np.isinf(error).tolist() == [[False, True], [False, False]]
    assert not np.isnan(error).any()

"""Fitted exponents and crossovers, on curves whose answer is known."""

import numpy as np
import pytest

from jacobians.timing.growth import algebra, crossover, exponent

SIZES = [8, 16, 32, 64, 128]


@pytest.mark.parametrize("k", [0.5, 1.0, 2.0, 3.0])
def test_the_exponent_of_a_power(k):
    assert exponent(SIZES, [3.0 * n**k for n in SIZES]) == pytest.approx(k)


def test_a_constant_cost_of_small_sizes_hides_the_exponent_from_the_larger_half_least():
    times = [100.0 + n**2 for n in SIZES]
    whole = np.polyfit(np.log(SIZES), np.log(times), 1)[0]
    assert whole < exponent(SIZES, times) < 2.0


def test_one_size_has_no_exponent():
    assert exponent([8], [1.0]) is None
    assert exponent([8, 8], [1.0, 1.1]) is None


@pytest.mark.parametrize(
    ("count", "k"),
    [
        (lambda n: 48 * n**3 + 256 * n**2 + 16 * n, 3),
        (lambda n: n * (n + 1) // 2, 2),
        (lambda n: 6 * n + 4, 1),
        (lambda n: 3 * n**1.5, 1.5),
    ],
)
def test_the_algebra_s_power_is_the_leading_one(count, k):
    assert algebra(SIZES, [count(n) for n in SIZES]) == k
    assert algebra(SIZES[:2], [count(n) for n in SIZES[:2]]) is None


def test_no_power_of_nothing():
    assert algebra(SIZES, [0] * 5) is None


def test_a_crossover_lies_where_the_lines_meet():
    # 1e-3 n² meets 0.05 n at n = 50
    assert crossover(SIZES, [1e-3 * n**2 for n in SIZES], [0.05 * n for n in SIZES]) == pytest.approx(50)


def test_no_crossover():
    assert crossover(SIZES, [1.0] * 5, [2.0] * 5) is None
    assert crossover(SIZES, [2.0] * 5, [1.0] * 5) == SIZES[0]
    assert crossover([], [], []) is None


def test_the_order_of_sizes_does_not_matter(rng):
    k = rng.permutation(5)
    first, second = np.array([1e-3 * n**2 for n in SIZES]), np.array([0.05 * n for n in SIZES])
    assert crossover(np.array(SIZES)[k], first[k], second[k]) == pytest.approx(50)

"""Points at which floating-point arithmetic makes no error, so that a test may ask for equality and needs no tolerance.

Sums and products of small whole numbers (and of halves and quarters) are exact in any order. So is their derivative by
an imaginary step: with h = 2^−600, h² is below the least number and vanishes, and f(x + ih) = f(x) + ih f'(x) is the
arithmetic of dual numbers. It knows f alone, neither L nor the chain rule.
"""

from collections.abc import Callable

import numpy as np

STEP = 2.0**-600


def whole(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Whole numbers from −3 to 3 without 0, as float64."""
    return rng.choice([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0], shape)


def derivative(f: Callable[[np.ndarray], np.ndarray], x: np.ndarray) -> np.ndarray:
    """∂f/∂x, |f(x)| × |x|, exactly, for f of whole numbers made of sums, products and choices."""
    columns = []
    for k in range(x.size):
        moved = x.astype(complex).ravel()
        moved[k] += 1j * STEP
        columns.append(np.imag(f(moved.reshape(x.shape))).ravel() / STEP)
    return np.stack(columns, axis=1)


def test_the_derivative_is_exact(rng):
    """d(x³ − 2 x²)/dx = 3 x² − 4 x, to the last bit: the tester itself is tested."""
    x = whole(rng, 7)
    assert np.array_equal(derivative(lambda x: x * x * x - 2 * x * x, x), np.diag(3 * x * x - 4 * x))

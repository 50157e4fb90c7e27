"""Running-error arithmetic: a value, and a bound on how far rounding can have taken any code from it.

The pair (v, e) goes through the same formula as the value alone (elements.py), so no layer writes anything for it. v is
computed in float64; e bounds |code's result − the exact result| + |v − the exact result|, for code that rounds every
operation to nearest with unit u (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., sections 2.2, 3.3):

    x ± y       e_x + e_y                                + u |v|                    (1)
    x · y       |x| e_y + |y| e_x + e_x e_y              + u |v|                    (2)
    x / y       (e_x + |v| e_y) / (|y| − e_y)            + u |v|                    (3)
    f(x)        max |f'| on [x − e, x + e] · e           + k u |v|   k = ULPS       (4)
    Σ x_i       Σ e_i                                    + γ_{n−1} Σ (|x_i| + e_i)  (5)   in any order of summation
    A · B       |A| e_B + e_A |B| + e_A e_B              + γ_n (|A| + e_A)(|B| + e_B)   (6)

where γ_n = n u/(1 − n u), and u |v| stands for u (|v| + e) + tiny, the last for underflow. A sum, difference or product
of exact numbers that is itself a number of the format adds nothing: exact data must give exact results.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..elements import Elements
from .formats import Format

ULPS = 4  # units in the last place that exp, log, tanh and the like may be wrong by: the declared quality of a maths library


class Running(Elements):
    """Values with their error bounds, for code in one format."""

    def __init__(self, value: Any, error: Any, format: Format):
        self.parts = (np.asarray(value, np.float64), np.broadcast_to(np.asarray(error, np.float64), np.shape(value)))
        self.format = format
        self.u = format.u_sum + 2.0**-53  # the code's rounding, and v's own

    @property
    def value(self) -> np.ndarray:
        return self.parts[0]

    @property
    def error(self) -> np.ndarray:
        return self.parts[1]

    def like(self, *parts: np.ndarray) -> Running:
        return Running(*parts, format=self.format)

    def lift(self, array: Any) -> Running:
        array = np.asarray(array, np.float64)
        return Running(array, np.where(self._held(array), 0.0, np.abs(array) * self.u), self.format)

    # -- rounding ---------------------------------------------------------------------------------------------------

    def _held(self, v: np.ndarray) -> np.ndarray:
        """Where v is a number of the code's working precision: its significand has at most p bits."""
        scaled = np.ldexp(np.frexp(v)[0], self.format.accumulate_p)
        return scaled == np.rint(scaled)

    def rounded(self, v: np.ndarray, e: np.ndarray, exact: Any = False, ulps: float = 1.0) -> Running:
        """The result v whose operands' errors give e, after one rounding; `exact`: where v was computed without one."""
        loss = ulps * self.u * (np.abs(v) + e) + self.format.tiny * (v != 0)
        return self.like(v, e + np.where(exact & (e == 0) & self._held(v), 0.0, loss))

    def _gamma(self, n: int) -> float:
        nu = n * self.u
        return nu / (1 - nu) if nu < 1 else np.inf

    # -- arithmetic -------------------------------------------------------------------------------------------------

    def _add(self: Running, other: Running) -> Running:
        a, b = self.value, other.value
        s = a + b
        t = s - a
        exact = (a - (s - t)) + (b - t) == 0  # Knuth's two-sum: the rounding error of s
        return self.rounded(s, self.error + other.error, exact)  # (1)

    def _subtract(self: Running, other: Running) -> Running:
        return self._add(-other)

    def _negative(self: Running) -> Running:
        return self.like(-self.value, self.error)

    def _positive(self: Running) -> Running:
        return self

    def _multiply(self: Running, other: Running) -> Running:
        a, b = np.abs(self.value), np.abs(other.value)
        e = a * other.error + b * self.error + self.error * other.error
        return self.rounded(self.value * other.value, e, _exact_product(self.value, other.value))  # (2)

    def _divide(self: Running, other: Running) -> Running:
        v = self.value / other.value
        room = np.abs(other.value) - other.error
        e = np.where(room > 0, (self.error + np.abs(v) * other.error) / np.where(room > 0, room, 1.0), np.inf)
        return self.rounded(v, e, np.abs(np.frexp(other.value)[0]) == 0.5)  # (3): by a power of two, exactly

    _true_divide = _divide

    def _reciprocal(self: Running) -> Running:
        return self.lift(1.0)._divide(self)

    def _square(self: Running) -> Running:
        return self._multiply(self)

    def _absolute(self: Running) -> Running:
        return self.like(np.abs(self.value), self.error)

    # -- functions ----------------------------------------------------------------------------------------------------

    def _function(self, v: np.ndarray, slope: np.ndarray) -> Running:
        """f(x) where |f'| ≤ slope on the interval that x may lie in."""
        return self.rounded(v, np.where(self.error > 0, slope * self.error, 0.0), ulps=ULPS)  # (4)

    def _exp(self: Running) -> Running:
        v = np.exp(self.value)
        return self._function(v, v * np.exp(np.minimum(self.error, 700.0)))

    def _expm1(self: Running) -> Running:
        return self._function(np.expm1(self.value), np.exp(np.minimum(self.value + self.error, 700.0)))

    def _log(self: Running) -> Running:
        return self._function(np.log(self.value), _inverse(self.value - self.error))

    def _log1p(self: Running) -> Running:
        return self._function(np.log1p(self.value), _inverse(1.0 + self.value - self.error))

    def _sqrt(self: Running) -> Running:
        v = np.sqrt(self.value)
        low = np.sqrt(np.maximum(self.value - self.error, 0.0))
        return self._function(v, _inverse(v + low))  # |√a − √b| = |a − b|/(√a + √b)

    def _tanh(self: Running) -> Running:
        near = np.maximum(np.abs(self.value) - self.error, 0.0)
        return self._function(np.tanh(self.value), 1.0 / np.cosh(np.minimum(near, 300.0)) ** 2)

    # -- comparisons and choices --------------------------------------------------------------------------------------

    def _less(self: Running, other: Running) -> np.ndarray:
        return self.value < other.value

    def _less_equal(self: Running, other: Running) -> np.ndarray:
        return self.value <= other.value

    def _greater(self: Running, other: Running) -> np.ndarray:
        return self.value > other.value

    def _greater_equal(self: Running, other: Running) -> np.ndarray:
        return self.value >= other.value

    def _equal(self: Running, other: Running) -> np.ndarray:
        return self.value == other.value

    def _sign(self: Running) -> np.ndarray:
        return np.sign(self.value)

    def _maximum(self: Running, other: Running) -> Running:
        a, b = np.broadcast_arrays(self.value, other.value)
        # |max(a, b) − max(a', b')| ≤ max(|a − a'|, |b − b'|)
        return self.like(np.maximum(a, b), np.maximum(self.error, other.error))

    def _minimum(self: Running, other: Running) -> Running:
        return -((-self)._maximum(-other))

    # -- sums and products --------------------------------------------------------------------------------------------

    def sum(self, axis: Any = None, keepdims: bool = False) -> Running:
        v = self.value.sum(axis=axis, keepdims=keepdims)
        n = self.size // max(v.size, 1)
        size = (np.abs(self.value) + self.error).sum(axis=axis, keepdims=keepdims)
        whole = (self.value == np.rint(self.value)).all(axis=axis, keepdims=keepdims)
        return self._summed(v, self.error.sum(axis=axis, keepdims=keepdims), size, n, whole)

    def _summed(self, v: Any, e: Any, size: Any, n: Any, whole: Any) -> Running:
        """(5): n terms of total magnitude `size`. Whole numbers add exactly while `size` ≤ 2^p."""
        exact = whole & (e == 0) & (size <= 2.0**self.format.accumulate_p)
        nu = np.maximum(np.asarray(n) - 1, 0) * self.u
        gamma = np.where(nu < 1, nu / np.where(nu < 1, 1 - nu, 1.0), np.inf)
        loss = np.where(gamma > 0, gamma * size + self.format.tiny, 0.0)
        return self.like(v, e + np.where(exact, 0.0, loss))

    def sum_groups(self, group: np.ndarray, n: int) -> Running:
        def count(weights: np.ndarray) -> np.ndarray:
            return np.bincount(group, weights, n)

        fractional = count((self.value != np.rint(self.value)).astype(float))
        size = count(np.abs(self.value) + self.error)
        return self._summed(count(self.value), count(self.error), size, np.bincount(group, minlength=n), fractional == 0)

    def max(self, axis: Any = None, keepdims: bool = False) -> Running:
        return self.like(self.value.max(axis=axis, keepdims=keepdims), self.error.max(axis=axis, keepdims=keepdims))

    def _matmul(self: Running, other: Running) -> Running:
        A, B, a, b = self.value, other.value, self.error, other.error
        size = (np.abs(A) + a) @ (np.abs(B) + b)
        e = np.abs(A) @ b + a @ np.abs(B) + a @ b
        whole = bool((A == np.rint(A)).all() and (B == np.rint(B)).all())
        return self._summed(A @ B, e, size, A.shape[-1] + 1, whole)  # (6): n products and n − 1 additions, γ_n


def _inverse(x: np.ndarray) -> np.ndarray:
    """1/x, and infinity where x is not positive: no finite bound exists there."""
    return np.where(x > 0, 1.0 / np.where(x > 0, x, 1.0), np.inf)


def _exact_product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Where a·b rounds to itself in float64: the significands' bits together are at most 53 (sufficient)."""
    return _bits(a) + _bits(b) <= 53


def _bits(x: np.ndarray) -> np.ndarray:
    """How many bits the significand of x has, from its highest to its lowest set one."""
    significand = np.ldexp(np.frexp(np.where(np.isfinite(x), x, 0.0))[0], 53).astype(np.int64)
    lowest = significand & -significand
    return np.where(significand == 0, 0, 54 - np.frexp(np.maximum(lowest, 1).astype(float))[1])

"""Running-error arithmetic: a value, and a bound on how far rounding can have taken any code from it.

The pair (v, e) goes through the same formula as the value alone (elements.py), so no layer writes anything for it. v is
computed in float64; e bounds |code's result − the exact result| + |v − the exact result|, for code that rounds every
operation to nearest with unit u, and every addition of a sum with unit u_Σ (Higham, Accuracy and Stability of Numerical
Algorithms, 2nd ed., sections 2.2 and 3.1 to 3.5):

    x ± y       e_x + e_y                                + u |v|                    (1)
    x · y       |x| e_y + |y| e_x + e_x e_y              + u |v|                    (2)
    x / y       (e_x + |v| e_y) / (|y| − e_y)            + u |v|                    (3)
    Σ x_i       Σ e_i                                    + γ_{n−1} Σ (|x_i| + e_i)  (4)   in any order of summation
    A · B       |A| e_B + e_A |B| + e_A e_B              + γ_n (|A| + e_A)(|B| + e_B)   (5)
    max         that of the largest; where the comparison is open, max e_i           (6)
    x or y      that of the one chosen; where the gate is open, the distance to the other besides   (7)

where γ_n = n u_Σ/(1 − n u_Σ), and u |v| stands for u (|v| + e) + tiny, the last for underflow; (4) and (5) add one tiny
for each operation. A sum, difference or product of exact numbers that is itself a normal number of the working
precision adds nothing: exact data, exact results. Overflow is outside this model. Functions of one number: functions.py
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..elements import Elements
from ..kinds import where
from .formats import Format
from .functions import Functions
from .gates import Gate, count_open, gate

_LIFTED: dict[tuple[float, Format], Running] = {}  # the constants of formulas, 1.0 and the like, lifted over and over


class Running(Functions, Elements):
    """Values with their error bounds, for code in one format."""

    def __init__(self, value: Any, error: Any, format: Format):
        value, error = np.asarray(value, np.float64), np.asarray(error, np.float64)
        self.parts = (value, error if error.shape == value.shape else np.broadcast_to(error, value.shape))
        self.format = format
        self.u = format.u_inside + 2.0**-53  # the code's rounding, and v's own

    @property
    def value(self) -> np.ndarray:
        return self.parts[0]

    @property
    def error(self) -> np.ndarray:
        return self.parts[1]

    def like(self, *parts: np.ndarray) -> Running:
        new = object.__new__(Running)  # the parts are known to fit: no need to look at them again
        new.parts = parts if np.shape(parts[0]) == np.shape(parts[1]) else np.broadcast_arrays(*parts)
        new.format, new.u = self.format, self.u
        return new

    def lift(self, array: Any) -> Running:
        if np.ndim(array) == 0 and (known := _LIFTED.get((float(array), self.format))) is not None:
            return known
        lifted = self._lift(np.asarray(array, np.float64))
        if lifted.ndim == 0 and len(_LIFTED) < 10_000:
            _LIFTED[float(lifted.value), self.format] = lifted
        return lifted

    def _lift(self, array: np.ndarray) -> Running:
        lost = np.abs(array) * np.where(np.abs(array) < self.format.tiny, 1.0, self.u)
        return Running(array, np.where(self._held(array), 0.0, lost), self.format)

    # -- rounding -----------------------------------------------------------------------------------------------------

    def _held(self, v: np.ndarray) -> np.ndarray:
        """Where v is 0 or a normal number of the working precision: its significand has at most p bits."""
        scaled = np.ldexp(np.frexp(v)[0], self.format.inside_p)
        return (scaled == np.rint(scaled)) & ((v == 0) | (np.abs(v) >= self.format.tiny_inside))

    def rounded(
        self, v: np.ndarray, e: np.ndarray, exact: Any = False, ulps: float = 1.0, trivial: Any = False
    ) -> Running:
        """The result v whose operands' errors give e, after one rounding.

        `exact`: where v was computed without one; `trivial`: where no order of computing could need one (x + 0, 2 x).
        """
        loss = ulps * self.u * (np.abs(v) + e) + self.format.tiny
        free = trivial | (exact & self._held(v)) if self.format.exact_data else trivial
        return self.like(v, e + np.where(free & (e == 0), 0.0, loss))

    # -- arithmetic ---------------------------------------------------------------------------------------------------

    def _add(self: Running, other: Running) -> Running:
        a, b = self.value, other.value
        s = a + b
        exact = self.format.exact_data and _two_sum_error(a, b, s) == 0
        return self.rounded(s, self.error + other.error, exact, trivial=(a == 0) | (b == 0))  # (1)

    def _subtract(self: Running, other: Running) -> Running:
        return self._add(-other)

    def _negative(self: Running) -> Running:
        return self.like(-self.value, self.error)

    def _positive(self: Running) -> Running:
        return self

    def _multiply(self: Running, other: Running) -> Running:
        a, b = np.abs(self.value), np.abs(other.value)
        e = times(a, other.error) + times(b, self.error) + times(self.error, other.error)
        with np.errstate(invalid="ignore"):  # ∞ · 0, where a mask is −∞
            v = self.value * other.value
        scaled = (np.abs(v) >= self.format.tiny_inside) & (_power_of_two(a) | _power_of_two(b))
        exact = self.format.exact_data and (_bits(a) + _bits(b) <= 53) & (v != 0)
        known = (self.error == 0) & (other.error == 0)  # e alone may have underflowed to 0
        return self.rounded(v, e, exact & known, trivial=(scaled | (a == 0) | (b == 0)) & known)  # (2)

    def _divide(self: Running, other: Running) -> Running:
        with np.errstate(divide="ignore", invalid="ignore"):
            v = self.value / other.value
        room = np.abs(other.value) - other.error
        e = np.where(room > 0, (self.error + times(np.abs(v), other.error)) / np.where(room > 0, room, 1.0), np.inf)
        scaled = (np.abs(v) >= self.format.tiny_inside) & _power_of_two(np.abs(other.value))
        return self.rounded(v, e, trivial=(self.value == 0) | scaled)  # (3)

    _true_divide = _divide

    def _reciprocal(self: Running) -> Running:
        return self.lift(1.0)._divide(self)

    def _square(self: Running) -> Running:
        return self._multiply(self)

    def _absolute(self: Running) -> Running:
        return self.like(np.abs(self.value), self.error)

    # -- comparisons and choices --------------------------------------------------------------------------------------

    def _compared(self, other: Running, true: np.ndarray) -> Any:
        slack = self.error + other.error
        with np.errstate(invalid="ignore"):
            near = (slack > 0) & (np.abs(self.value - other.value) <= slack)
        return Gate(true, near, self.format) if near.any() else true

    def _less(self: Running, other: Running) -> Any:
        return self._compared(other, self.value < other.value)

    def _less_equal(self: Running, other: Running) -> Any:
        return self._compared(other, self.value <= other.value)

    def _greater(self: Running, other: Running) -> Any:
        return self._compared(other, self.value > other.value)

    def _greater_equal(self: Running, other: Running) -> Any:
        return self._compared(other, self.value >= other.value)

    def _equal(self: Running, other: Running) -> Any:
        return self._compared(other, self.value == other.value)

    def _not_equal(self: Running, other: Running) -> Any:
        return self._compared(other, self.value != other.value)

    def _sign(self: Running) -> Any:
        return choose(self > 0, 1.0, choose(self < 0, -1.0, 0.0 * self))

    def _maximum(self: Running, other: Running) -> Running:
        g = gate(self >= other, self.format)
        one = np.where(g.true, self.error, other.error)
        return self.like(
            np.maximum(self.value, other.value), np.where(g.open, np.maximum(self.error, other.error), one)
        )  # (6)

    def _minimum(self: Running, other: Running) -> Running:
        return -((-self)._maximum(-other))

    # -- sums and products --------------------------------------------------------------------------------------------

    def sum(self, axis: Any = None, keepdims: bool = False) -> Running:
        v = self.value.sum(axis=axis, keepdims=keepdims)
        n = self.size // max(v.size, 1)
        size = (np.abs(self.value) + self.error).sum(axis=axis, keepdims=keepdims)
        whole = (self.value == np.rint(self.value)).all(axis=axis, keepdims=keepdims)
        return self._summed(v, self.error.sum(axis=axis, keepdims=keepdims), size, np.asarray(n - 1), whole)

    def sum_groups(self, group: np.ndarray, n: int) -> Running:
        def count(weights: np.ndarray) -> np.ndarray:
            return np.bincount(group, weights, n)

        fractional = count((self.value != np.rint(self.value)).astype(float))
        size = count(np.abs(self.value) + self.error)
        terms = np.bincount(group, minlength=n)
        return self._summed(count(self.value), count(self.error), size, terms - 1, fractional == 0)

    def max(self, axis: Any = None, keepdims: bool = False) -> Running:
        return self.like(
            self.value.max(axis=axis, keepdims=keepdims), self.error.max(axis=axis, keepdims=keepdims)
        )  # (6)

    def _matmul(self: Running, other: Running) -> Running:
        A, B, a, b = self.value, other.value, self.error, other.error
        size = _product(np.abs(A) + a, np.abs(B) + b)
        e = _product(np.abs(A), b) + _product(a, np.abs(B)) + _product(a, b)
        whole = bool((A == np.rint(A)).all() and (B == np.rint(B)).all())
        n = np.asarray(A.shape[-1])  # n products, n − 1 additions: γ_n
        return self._summed(A @ B, e, size, n, whole, products=True)  # (5)

    def _summed(self, v: Any, e: Any, size: Any, n: np.ndarray, whole: Any, products: bool = False) -> Running:
        """(4): n roundings on terms of total magnitude `size`. Whole numbers add exactly while `size` ≤ 2^p."""
        exact = (
            self.format.exact_data & whole & (e == 0) & (size <= 2.0 ** min(self.format.sum_p, self.format.inside_p))
        )
        loss = np.where(n > 0, times(gamma(n, self.format), size) + 2 * n * self.format.tiny * (size > 0), 0.0)
        if self.format.inside_p < self.format.sum_p:  # the sum is stored again, and so are the products before it
            loss = loss + self.u * (np.abs(v) + e + loss) + (self.u * size if products else 0.0)
        return self.like(v, e + np.where(exact, 0.0, loss))


def choose(condition: Any, a: Any, b: Any) -> Any:
    """np.where for numbers with errors, by a gate that may be open."""
    known = next((x for x in (a, b) if isinstance(x, Running)), None)
    if known is None:
        if not isinstance(condition, Gate):
            return where(condition, a, b)
        known = Running(0.0, 0.0, condition.format)
    g, a, b = gate(condition, known.format), known.lifted(a), known.lifted(b)
    v = where(g.true, a.value, b.value)
    e = where(g.true, a.error, b.error)
    with np.errstate(invalid="ignore"):
        other = np.abs(a.value - b.value) + where(g.true, b.error, a.error)
    count_open(g.open & (other > e))
    return known.like(v, where(g.open, np.maximum(e, other), e))  # (7)


def gamma(n: np.ndarray, format: Format) -> np.ndarray:
    """γ_n = n u_Σ/(1 − n u_Σ), with v's own rounding counted in; infinite where n u_Σ ≥ 1."""
    nu = np.maximum(n, 0) * (format.u_sum + 2.0**-53)
    return np.where(nu < 1, nu / np.where(nu < 1, 1 - nu, 1.0), np.inf)


def _two_sum_error(a: np.ndarray, b: np.ndarray, s: np.ndarray) -> np.ndarray:
    """a + b − s, exactly, for s = a + b rounded (Knuth)."""
    with np.errstate(invalid="ignore"):
        t = s - a
        return (a - (s - t)) + (b - t)


def times(a: np.ndarray, e: np.ndarray) -> np.ndarray:
    """a · e, where an infinite error of something multiplied by zero is no error."""
    if not e.any():
        return np.zeros(np.broadcast_shapes(np.shape(a), e.shape))
    if np.isfinite(e).all() and np.isfinite(a).all():
        return a * e
    with np.errstate(invalid="ignore"):
        return np.where((a == 0) | (e == 0), 0.0, a * e)


def _product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a · b of numbers ≥ 0, where an infinite error that meets a zero is none."""
    if np.isfinite(a).all() and np.isfinite(b).all():
        return a @ b
    far = [np.isinf(x).astype(np.float64) for x in (a, b)]
    near = [np.where(np.isinf(x), 0.0, x) for x in (a, b)]
    met = far[0] @ (b > 0).astype(np.float64) + (a > 0).astype(np.float64) @ far[1]
    return np.where(met > 0, np.inf, near[0] @ near[1])


def _power_of_two(x: np.ndarray) -> np.ndarray:
    """Where x ≥ 0 is one."""
    return np.frexp(x)[0] == 0.5


def _bits(x: np.ndarray) -> np.ndarray:
    """How many bits the significand of x has, from its highest to its lowest set one."""
    significand = np.ldexp(np.frexp(np.where(np.isfinite(x), x, 0.0))[0], 53).astype(np.int64)
    lowest = significand & -significand
    return np.where(significand == 0, 0, 54 - np.frexp(np.maximum(lowest, 1).astype(float))[1])

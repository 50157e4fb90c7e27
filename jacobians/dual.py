"""Dual numbers: a value and its tangent, so that a formula for y gives L · v as well (Wengert 1964, CACM 7, 463–464).

    x ± y      t_x ± t_y                         (1)
    x · y      t_x y + x t_y                     (2)
    x / y      (t_x − (x/y) t_y) / y             (3)
    f(x)       f'(x) t_x                         (4)
    A · B      t_A B + A t_B                     (5)
    max        the tangent of the larger         (6)

Value and tangent are numbers of another arithmetic themselves (verify/running.py): what comes out is then the tangent
*with* a bound on what rounding can do to it, for any code that follows the same operations, forwards or backwards.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from .elements import Elements
from .kinds import where


class Dual(Elements):
    """An array of values and their tangents, both Elements of one shape."""

    parts: tuple[Any, Any]
    by_parts = True  # a gate that is open chooses in each part by itself

    def __init__(self, value: Elements, tangent: Elements):
        self.parts = (value, tangent)

    def like(self, *parts: Any) -> Dual:
        return Dual(*parts)

    def lift(self, array: Any) -> Dual:
        value = self.parts[0].lift(np.asarray(array, np.float64))
        return Dual(value, self.parts[0].lift(np.zeros(value.shape)))

    def __getitem__(self, key: Any) -> Dual:
        return Dual(*(part[key] for part in self.parts))

    def sum(self, axis: Any = None, keepdims: bool = False) -> Dual:
        return Dual(*(part.sum(axis, keepdims) for part in self.parts))  # (1)

    def sum_groups(self, group: np.ndarray, n: int) -> Dual:
        return Dual(*(part.sum_groups(group, n) for part in self.parts))

    def max(self, axis: Any = None, keepdims: bool = False) -> Dual:
        """The largest along one axis, or of all entries: one comparison after the other."""
        lined = self.reshape(-1) if axis is None else self.move(np.moveaxis, axis, 0)
        best = lined[0]
        for k in range(1, len(lined)):
            best = best._maximum(lined[k])
        if not keepdims:
            return best
        return best.reshape((1,) * self.ndim) if axis is None else best.move(np.expand_dims, axis)

    # -- comparisons: of the values ------------------------------------------------------------------------------------

    def _less(self: Dual, other: Dual) -> Any:
        return self.parts[0] < other.parts[0]

    def _less_equal(self: Dual, other: Dual) -> Any:
        return self.parts[0] <= other.parts[0]

    def _greater(self: Dual, other: Dual) -> Any:
        return self.parts[0] > other.parts[0]

    def _greater_equal(self: Dual, other: Dual) -> Any:
        return self.parts[0] >= other.parts[0]

    def _equal(self: Dual, other: Dual) -> Any:
        return self.parts[0] == other.parts[0]

    def _not_equal(self: Dual, other: Dual) -> Any:
        return self.parts[0] != other.parts[0]

    def _maximum(self: Dual, other: Dual) -> Dual:
        (x, s), (y, t) = self.parts, other.parts
        return Dual(np.maximum(x, y), where(x >= y, s, t))  # (6)

    def _minimum(self: Dual, other: Dual) -> Dual:
        (x, s), (y, t) = self.parts, other.parts
        return Dual(np.minimum(x, y), where(x <= y, s, t))

    # -- arithmetic ----------------------------------------------------------------------------------------------------

    def _add(self: Dual, other: Dual) -> Dual:
        return Dual(*(a + b for a, b in zip(self.parts, other.parts, strict=True)))  # (1)

    def _subtract(self: Dual, other: Dual) -> Dual:
        return Dual(*(a - b for a, b in zip(self.parts, other.parts, strict=True)))

    def _negative(self: Dual) -> Dual:
        return Dual(*(-a for a in self.parts))

    def _positive(self: Dual) -> Dual:
        return self

    def _multiply(self: Dual, other: Dual) -> Dual:
        (x, s), (y, t) = self.parts, other.parts
        return Dual(x * y, s * y + x * t)  # (2)

    def _divide(self: Dual, other: Dual) -> Dual:
        (x, s), (y, t) = self.parts, other.parts
        q = x / y
        return Dual(q, (s - q * t) / y)  # (3)

    _true_divide = _divide

    def _matmul(self: Dual, other: Dual) -> Dual:
        (x, s), (y, t) = self.parts, other.parts
        return Dual(x @ y, s @ y + x @ t)  # (5)

    def _reciprocal(self: Dual) -> Dual:
        return self.lift(1.0)._divide(self)

    def _square(self: Dual) -> Dual:
        x, t = self.parts
        return Dual(np.square(x), 2.0 * x * t)

    def _absolute(self: Dual) -> Dual:
        x, t = self.parts
        return Dual(np.absolute(x), where(x >= 0, t, -t))

    def _sign(self: Dual) -> Dual:
        x, t = self.parts
        return Dual(np.sign(x), 0.0 * t)

    def _power(self: Dual, other: Dual) -> Dual:
        (x, s), (c, t) = self.parts, other.parts
        y = np.power(x, c)
        slope = c * np.power(x, c - 1.0) * s
        moving = np.asarray(t.parts[0]).any()
        return Dual(y, slope + y * np.log(x) * t if moving else slope)

    # -- functions of one number (4) -----------------------------------------------------------------------------------

    def _exp(self: Dual) -> Dual:
        y = np.exp(self.parts[0])
        return Dual(y, y * self.parts[1])

    def _expm1(self: Dual) -> Dual:
        x, t = self.parts
        return Dual(np.expm1(x), np.exp(x) * t)

    def _log(self: Dual) -> Dual:
        x, t = self.parts
        return Dual(np.log(x), t / x)

    def _log1p(self: Dual) -> Dual:
        x, t = self.parts
        return Dual(np.log1p(x), t / (1.0 + x))

    def _sqrt(self: Dual) -> Dual:
        x, t = self.parts
        y = np.sqrt(x)
        return Dual(y, t / (2.0 * y))

    def _tanh(self: Dual) -> Dual:
        y = np.tanh(self.parts[0])
        return Dual(y, (1.0 - y) * (1.0 + y) * self.parts[1])

    def _sin(self: Dual) -> Dual:
        x, t = self.parts
        return Dual(np.sin(x), np.cos(x) * t)

    def _cos(self: Dual) -> Dual:
        x, t = self.parts
        return Dual(np.cos(x), -np.sin(x) * t)

    def _erf(self: Dual) -> Dual:
        special: Any = import_module("scipy.special")
        x, t = self.parts
        return Dual(special.erf(x), 2.0 / np.sqrt(np.pi) * np.exp(-(x * x)) * t)

    def _erfc(self: Dual) -> Dual:
        special: Any = import_module("scipy.special")
        x, t = self.parts
        return Dual(special.erfc(x), -2.0 / np.sqrt(np.pi) * np.exp(-(x * x)) * t)

"""Fifty-digit arithmetic for layers' formulas: what a float64 or float32 result is compared with.

An `Elements` of mpmath numbers in an object array. `lift` is exact: a float is taken as the number that it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
from scipy import sparse

from jacobians.elements import Elements
from jacobians.triplets import Triplets

mp = mpmath.MPContext()  # our own context: nothing that others do to mpmath.mp changes it
mp.dps = 50


def _entrywise(function: Callable[..., Any], inputs: int, dtype: Any = object) -> Callable[..., Any]:
    """An array function of a function of numbers."""
    each = np.frompyfunc(function, inputs, 1)

    def rule(*operands: Fifty) -> Any:
        result = np.asarray(each(*(x.parts[0] for x in operands)))
        return Fifty(result) if dtype is object else result.astype(dtype)

    return rule


class Fifty(Elements):
    """An array of numbers of fifty digits."""

    def __init__(self, numbers: Any):
        self.parts = (np.asarray(numbers, object),)

    def like(self, *parts: np.ndarray) -> Fifty:
        return Fifty(*parts)

    def lift(self, array: Any) -> Fifty:
        return lift(array)

    _add = _entrywise(lambda a, b: a + b, 2)
    _subtract = _entrywise(lambda a, b: a - b, 2)
    _multiply = _entrywise(lambda a, b: a * b, 2)
    _divide = _true_divide = _entrywise(lambda a, b: mp.mpf(a) / b, 2)
    _negative = _entrywise(lambda a: -a, 1)
    _positive = _entrywise(lambda a: a, 1)
    _absolute = _fabs = _entrywise(abs, 1)
    _reciprocal = _entrywise(lambda a: 1 / mp.mpf(a), 1)
    _square = _entrywise(lambda a: a * a, 1)
    _power = _float_power = _entrywise(lambda a, b: mp.mpf(a) ** b, 2)
    _sqrt = _entrywise(mp.sqrt, 1)
    _cbrt = _entrywise(mp.cbrt, 1)
    _exp = _entrywise(mp.exp, 1)
    _exp2 = _entrywise(lambda a: mp.mpf(2) ** a, 1)
    _expm1 = _entrywise(mp.expm1, 1)
    _log = _entrywise(mp.log, 1)
    _log2 = _entrywise(lambda a: mp.log(a, 2), 1)
    _log10 = _entrywise(mp.log10, 1)
    _log1p = _entrywise(mp.log1p, 1)
    _logaddexp = _entrywise(lambda a, b: max(a, b) + mp.log1p(mp.exp(-abs(a - b))), 2)
    _sin = _entrywise(mp.sin, 1)
    _cos = _entrywise(mp.cos, 1)
    _tan = _entrywise(mp.tan, 1)
    _arctan = _entrywise(mp.atan, 1)
    _sinh = _entrywise(mp.sinh, 1)
    _cosh = _entrywise(mp.cosh, 1)
    _tanh = _entrywise(mp.tanh, 1)
    _erf = _entrywise(mp.erf, 1)
    _erfc = _entrywise(mp.erfc, 1)
    _maximum = _fmax = _entrywise(max, 2)
    _minimum = _fmin = _entrywise(min, 2)
    _floor = _entrywise(mp.floor, 1)
    _ceil = _entrywise(mp.ceil, 1)
    _rint = _entrywise(mp.nint, 1)
    _copysign = _entrywise(lambda a, b: abs(a) * (-1 if b < 0 else 1), 2)
    _sign = _entrywise(mp.sign, 1, float)
    _less = _entrywise(lambda a, b: a < b, 2, bool)
    _less_equal = _entrywise(lambda a, b: a <= b, 2, bool)
    _greater = _entrywise(lambda a, b: a > b, 2, bool)
    _greater_equal = _entrywise(lambda a, b: a >= b, 2, bool)
    _equal = _entrywise(lambda a, b: a == b, 2, bool)
    _not_equal = _entrywise(lambda a, b: a != b, 2, bool)
    _isnan = _entrywise(mp.isnan, 1, bool)
    _isfinite = _entrywise(mp.isfinite, 1, bool)
    _isinf = _entrywise(mp.isinf, 1, bool)

    def sum(self, axis: Any = None, keepdims: bool = False) -> Fifty:
        return Fifty(np.sum(self.parts[0], axis=axis, keepdims=keepdims))

    def max(self, axis: Any = None, keepdims: bool = False) -> Fifty:
        return Fifty(np.max(self.parts[0], axis=axis, keepdims=keepdims))

    def sum_groups(self, group: np.ndarray, n: int) -> Fifty:
        totals = np.full(n, mp.mpf(0), object)
        np.add.at(totals, group, self.parts[0])
        return Fifty(totals)

    def _matmul(self: Fifty, other: Fifty) -> Fifty:
        return Fifty(np.matmul(self.parts[0], other.parts[0]))


def lift(array: Any) -> Fifty:
    """Ordinary numbers, exactly."""
    array = np.asarray(array)
    if array.dtype.kind == "f":
        array = array.astype(np.float64)
    return Fifty(np.frompyfunc(lambda v: mp.mpf(v), 1, 1)(array.astype(object)))


def lift_values(values: dict[str, Any], lift: Callable[[Any], Any] = lift) -> dict[str, Any]:
    """The arguments of a map with the real ones lifted; whole numbers and truth values stay as they are."""
    return {a: lift(v) if np.asarray(v).dtype.kind == "f" else v for a, v in values.items()}


def numbers(y: Any) -> np.ndarray:
    """The entries of a result (y, or a dense or sparse L) in an object array, whatever arithmetic it came in."""
    if isinstance(y, Triplets) or sparse.issparse(y):
        y = y.toarray()
    return (y if isinstance(y, Elements) else lift(y)).parts[0]


def rounded(y: Any, dtype: Any = np.float64) -> np.ndarray:
    """The nearest ordinary numbers."""
    return numbers(y).astype(np.float64).astype(dtype)

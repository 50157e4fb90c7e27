"""Functions of one number in running-error arithmetic (running.py).

For |x' − x| ≤ e and |f'| ≤ s between x' and x, a library's f(x') differs from f(x) by at most

    s e + k u |f(x)|,   k = ULPS                                                    (1)

Each function here states its s: the largest |f'| on [x − e, x + e].
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from .running import Running

ULPS = 4  # units in the last place that a library's exp, log, tanh, erf … may be wrong by: the one declared quantity
_ZEROS = (0.0, 1.0, np.inf, -np.inf)  # where f(x) = 0 is exact and no underflow: tanh 0, log 1, exp(−∞), erfc(∞)


class Functions:
    """The rules for NumPy's and SciPy's functions of one number."""

    value: Any
    error: Any

    @abstractmethod
    def rounded(self, v: Any, e: Any, exact: Any = False, ulps: float = 1.0) -> Running: ...

    def _function(self, v: Any, slope: Any) -> Running:
        """f(x) = v where |f'| ≤ slope on the interval that x may lie in."""
        with np.errstate(invalid="ignore"):
            e = np.where(self.error > 0, slope * self.error, 0.0)
        exact = (v == 0) & np.isin(self.value, _ZEROS)
        return self.rounded(v, e, exact, ULPS)  # (1)

    def _exp(self) -> Running:
        with np.errstate(over="ignore"):
            return self._function(np.exp(self.value), np.exp(self.value + self.error))

    def _expm1(self) -> Running:
        with np.errstate(over="ignore"):
            return self._function(np.expm1(self.value), np.exp(self.value + self.error))

    def _log(self) -> Running:
        with np.errstate(divide="ignore", invalid="ignore"):
            return self._function(np.log(self.value), inverse(self.value - self.error))

    def _log1p(self) -> Running:
        with np.errstate(divide="ignore", invalid="ignore"):
            return self._function(np.log1p(self.value), inverse(1.0 + self.value - self.error))

    def _sqrt(self) -> Running:
        v, low = np.sqrt(self.value), np.sqrt(np.maximum(self.value - self.error, 0.0))
        return self._function(v, inverse(v + low))  # |√a − √b| = |a − b|/(√a + √b)

    def _tanh(self) -> Running:
        near = np.maximum(np.abs(self.value) - self.error, 0.0)
        return self._function(np.tanh(self.value), 1.0 / np.cosh(np.minimum(near, 300.0)) ** 2)

    def _sin(self) -> Running:
        return self._function(np.sin(self.value), np.minimum(np.abs(np.cos(self.value)) + self.error, 1.0))

    def _cos(self) -> Running:
        return self._function(np.cos(self.value), np.minimum(np.abs(np.sin(self.value)) + self.error, 1.0))

    def _erf(self) -> Running:
        near = np.maximum(np.abs(self.value) - self.error, 0.0)
        return self._function(special.erf(self.value), 2.0 / np.sqrt(np.pi) * np.exp(-(near**2)))

    def _erfc(self) -> Running:
        near = np.maximum(np.abs(self.value) - self.error, 0.0)
        return self._function(special.erfc(self.value), 2.0 / np.sqrt(np.pi) * np.exp(-(near**2)))

    def _power(self, other: Running) -> Running:
        """x^c for x ≥ 0, or for a whole c given exactly."""
        x, c = self.value, other.value
        with np.errstate(all="ignore"):
            v = np.power(x, c)
            far = np.abs(x) + self.error
            near = np.maximum(np.abs(x) - self.error, 0.0)
            slope = np.abs(c) * np.maximum(np.power(far, c - 1), np.power(near, c - 1))
            by_x = np.where(self.error > 0, slope * self.error, 0.0)
            by_c = np.where(other.error > 0, np.abs(v) * np.expm1(np.abs(np.log(far)) * other.error), 0.0)
        return self.rounded(v, by_x + by_c, (v == 0) & (x == 0), ULPS)


def inverse(x: Any) -> Any:
    """1/x, and infinity where x is not positive: no finite bound exists there."""
    return np.where(x > 0, 1.0 / np.where(x > 0, x, 1.0), np.inf)

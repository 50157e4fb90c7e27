"""GELU: y = x Φ(x), Φ the normal distribution function.

Hendrycks and Gimpel 2016. approximate = "none" is Φ itself, the default of PyTorch; "tanh" the formula by which GPT-2
and JAX's default replace it. With φ the normal density and σ(v) = 1/(1 + exp(−v)):

    "none"    Φ(x)  = erfc(−x/√2)/2              no digits are lost left of 0      (1)
              h'(x) = Φ(x) + x φ(x)                                                (2)
    "tanh"    Φ(x)  ≈ (1 + tanh(v/2))/2 = σ(v)   v = √(8/π) (x + 0.044715 x³)      (3)
              h'(x) = σ(v) + x v' σ'(v)                                            (4)

Most code computes Φ as (1 + erf(x/√2))/2 and (1 + tanh(v/2))/2, and σ' as (1 − tanh²(v/2))/4: right formulas that lose
their digits in the tails, at first left of 0.

    h(x)  = x (1 + erf(x/√2))/2,  x (1 + tanh(v/2))/2                              (5)
    h'(x) with these                                                               (6)

x σ(1.702 x), the third of the paper, is SiLU(beta=1.702).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy import special

from ..matrix import Matrix, diag
from ..mistake import Mistake
from ..point import Point
from ..pointwise import Pointwise
from .sigmoid import Sigmoid

_erf: Any = special.erf  # of any arithmetic
_erfc: Any = special.erfc
SQRT_HALF = 0.70710678118654752  # 1/√2
DENSITY = 0.39894228040143268  # 1/√(2π), φ at 0
TWICE = 1.59576912160573072  # √(8/π)
CUBIC = 0.044715


class GELU(Pointwise):
    approximate: str = "none"

    def h(self, x: Any) -> Any:
        if self.approximate == "tanh":
            return x * Sigmoid().h(_inner(x))  # (3)
        return x * (0.5 * _erfc(-SQRT_HALF * x))  # (1)

    def dh(self, x: Any) -> Any:
        if self.approximate == "tanh":
            v = _inner(x)
            return Sigmoid().h(v) + x * _inner_slope(x) * Sigmoid().dh(v)  # (4)
        return 0.5 * _erfc(-SQRT_HALF * x) + x * _density(x)  # (2)

    def h_as_usual(self, x: Any) -> Any:
        return x * (0.5 * (1.0 + self._twice(x)))  # (5)

    def dh_as_usual(self, x: Any) -> Any:
        t = self._twice(x)
        if self.approximate == "tanh":
            return 0.5 * (1.0 + t) + 0.25 * x * _inner_slope(x) * (1.0 - t * t)  # (6)
        return 0.5 * (1.0 + t) + x * _density(x)  # (6)

    def _twice(self, x: Any) -> Any:
        """2 Φ(x) − 1."""
        return np.tanh(0.5 * _inner(x)) if self.approximate == "tanh" else _erf(SQRT_HALF * x)

    def forward_as_usual(self, x: Any) -> Any:
        return self.h_as_usual(x)

    def L_x_from_output(self, y: Any, x: Any) -> Matrix:
        return diag(self.dh_as_usual(x))

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        other = GELU("none" if self.approximate == "tanh" else "tanh")
        text = f'it is the derivative of the other formula, approximate="{other.approximate}"'
        yield Mistake("other-formula", text, diag(other.dh(x)))
        phi = 0.5 * (1.0 + self._twice(x))
        yield Mistake("missing-density", "it is Φ(x): the term x Φ'(x) is missing", diag(phi))
        if self.approximate == "tanh":
            s = x * Sigmoid().dh(_inner(x))
            yield Mistake("missing-inner-derivative", "the factor v' is missing", diag(phi + s))
            text = "v' lacks its term 3 · 0.044715 x²"
            yield Mistake("missing-cubic-term", text, diag(phi + TWICE * s))
            text = "v' has 0.044715 x² instead of 3 · 0.044715 x²"
            yield Mistake("cubic-not-tripled", text, diag(phi + TWICE * (1.0 + CUBIC * x * x) * s))
        else:
            text = "the density φ lacks its factor 1/√(2π)"
            yield Mistake("density-not-normalised", text, diag(phi + x * np.exp(-0.5 * x * x)))
            text = "the derivative of erf(x/√2) lacks its inner factor 1/√2"
            yield Mistake("missing-inner-derivative", text, diag(phi + x * _density(x) / SQRT_HALF))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield Point(cls(), {"x": rng.standard_normal((n, n + 1))}, "typical")
        yield Point(cls("tanh"), {"x": rng.standard_normal((n + 1, n))}, "typical, by tanh")
        yield Point(cls(), {"x": rng.standard_normal(2 * n + 1) * 6}, "wide")
        yield Point(cls("tanh"), {"x": rng.standard_normal(2 * n + 1) * 3}, "wide, by tanh")
        far = np.array([[1000.0, -1000.0, 37.0, -37.0], [-7.25, 9.5, 18.0, -9.75]])
        yield Point(cls(), {"x": far}, "saturated")
        yield Point(cls("tanh"), {"x": np.where(np.abs(far) < 1000, far / 4, far)}, "saturated, by tanh")
        yield Point(cls(), {"x": rng.standard_normal((2, n)) * 1e-6}, "tiny")
        yield Point(cls("tanh"), {"x": rng.integers(-2, 3, (3, 5)).astype(float)}, "whole numbers, with zeros")


def _density(x: Any) -> Any:
    """φ(x)."""
    return DENSITY * np.exp(-0.5 * x * x)


def _inner(x: Any) -> Any:
    """v of (3)."""
    return TWICE * (x * (1.0 + CUBIC * x * x))


def _inner_slope(x: Any) -> Any:
    """v' of (4)."""
    return TWICE * (1.0 + 3.0 * CUBIC * x * x)

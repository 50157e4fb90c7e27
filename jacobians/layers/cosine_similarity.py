"""CosineSimilarity: y = Σ a b / (max(‖a‖, eps) max(‖b‖, eps)), along one axis.

PyTorch's F.cosine_similarity. Within each slice along `axis`, â = a/n with n = max(‖a‖, eps), and s = 1 if ‖a‖ ≥ eps,
else 0, for then n is constant (PyTorch keeps s = 1 there, in backward alone); b̂ likewise.

    y          = Σ â b̂                        along `axis`                         (1)
    L^a[i, j]  = (b̂[j] − s y[i] â[j]) / n     for the terms of entry i of y, else 0   (2)
    L^b[i, j]  = (â[j] − s y[i] b̂[j]) / n     likewise, with n and s of b          (3)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..along_axis import reduction
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..point import Point


class CosineSimilarity(Layer):
    axis: int = -1
    eps: float = 1e-8

    def forward(self, a: Any, b: Any) -> Any:
        return (self._unit(a)[0] * self._unit(b)[0]).sum(axis=self.axis)  # (1)

    def L_a(self, a: Any, b: Any) -> Matrix:
        return self._derivative(a, b)  # (2)

    def L_b(self, a: Any, b: Any) -> Matrix:
        return self._derivative(b, a)  # (3)

    def _derivative(self, own: Any, other: Any) -> Matrix:
        (u, n, s), (v, _, _) = self._unit(own), self._unit(other)
        y = (u * v).sum(axis=self.axis, keepdims=True)
        return reduction((v - s * y * u) / n, self.axis)

    def _unit(self, a: Any) -> tuple[Any, Any, Any]:
        """â, n and s, with the axis kept."""
        squares = (a * a).sum(axis=self.axis, keepdims=True)
        n = np.maximum(np.sqrt(squares), self.eps)
        return a / n, n, np.where(squares >= self.eps * self.eps, 1.0, 0.0)

    def mistakes(self, wrt: str, /, a: Any, b: Any) -> Iterator[Mistake]:
        own, other = (a, b) if wrt == "a" else (b, a)
        (u, n, s), (v, _, _) = self._unit(own), self._unit(other)
        y = (u * v).sum(axis=self.axis, keepdims=True)
        text = f"the second term is the cosine times {wrt}, not divided by ‖{wrt}‖²"
        yield Mistake("second-term-unscaled", text, reduction(v / n - s * y * own, self.axis))
        text = f"‖{wrt}‖ is held fixed: the second term, − cos · {wrt}/‖{wrt}‖², is missing"
        yield Mistake("norm-held-fixed", text, reduction(v / n, self.axis))
        yield Mistake("not-divided", f"the division by ‖{wrt}‖ is missing", reduction(v - s * y * u, self.axis))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, axis: int, *shape: int, scale: float = 1.0, eps: float = 1e-8) -> Point:
            values = {"a": rng.standard_normal(shape) * scale, "b": rng.standard_normal(shape)}
            return Point(cls(axis=axis, eps=eps), values, name)

        yield point("typical", -1, 3, n)
        yield point("one pair", 0, n + 1)
        yield point("over rows", 0, n, 2)
        yield point("over a middle axis", -2, 2, 3, 2)
        yield point("of different scales", -1, 2, 4, scale=1e6)
        yield point("a below eps", -1, 2, 3, scale=0.001, eps=0.0625)
        a = rng.standard_normal((2, 4))
        yield Point(cls(), {"a": a, "b": a * np.array([[1.0], [-2.0]])}, "parallel and antiparallel")
        yield Point(cls(), {"a": rng.integers(-2, 3, (3, 4)).astype(float), "b": np.eye(3, 4) - 2.0}, "whole numbers")
        yield Point(cls(eps=0.5), {"a": np.zeros(3), "b": rng.standard_normal(3)}, "a zero")

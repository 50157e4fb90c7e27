"""Softmax: y = exp(x/τ) / Σ exp(x/τ), along one axis.

With p = y, τ = `temperature`, and m = max x, which leaves y as it is and keeps exp from overflowing:

    p[i]      = exp((x[i] − m)/τ) / Σⱼ exp((x[j] − m)/τ)   within each slice along `axis`   (1)
    L^x[i, j] = −p[i] p[j]/τ                               i ≠ j in one slice, else 0       (2)
    L^x[i, i] = p[i] (1 − p[i])/τ = Σ p[i] p[j]/τ          over j ≠ i: no digits are lost   (3)
    L^x       = (diag(p) − p pᵀ)/τ                         from the output; loses its digits once p is near 1   (4)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..along_axis import in_slices, others, with_diagonal
from ..cut import Part, alike
from ..layer import Layer
from ..matrix import Matrix
from ..memory import require
from ..mistake import Mistake
from ..point import Point


class Softmax(Layer):
    axis: int = -1
    temperature: float = 1.0

    def forward(self, x: Any) -> Any:
        e = np.exp((x - x.max(axis=self.axis, keepdims=True)) / self.temperature)
        return e / e.sum(axis=self.axis, keepdims=True)  # (1)

    def L_x(self, x: Any) -> Matrix:
        p, q = self._slices(self.forward(x))
        return self._matrix(with_diagonal(self._pairs(p, q), q * others(p)), x)  # (2) (3)

    def L_x_from_output(self, y: Any, x: Any) -> Matrix:
        p, q = self._slices(y)
        return self._matrix(with_diagonal(self._pairs(p, q), q - q * p), x)  # (4)

    def _slices(self, y: Any) -> tuple[Any, Any]:
        """p, one slice a row, and p/τ."""
        p = np.moveaxis(y, self.axis, -1)
        p = p.reshape(-1, p.shape[-1])
        return p, p / self.temperature

    def _pairs(self, p: Any, q: Any) -> Any:
        require((p.size, p.size), p.size * p.shape[1] * 8, "sparse", "take a smaller point")
        return -q[:, :, None] * p[:, None, :]

    def _matrix(self, blocks: Any, x: Any) -> Matrix:
        return in_slices(blocks, x.shape, self.axis)

    def cut(self, rows: int, /, x: Any) -> Iterator[Part]:
        return alike(rows, x.shape, self.axis % x.ndim, x=x.shape)

    def atoms(self) -> Any:
        from ..graph import Graph
        from .exp import Exp
        from .multiply import Multiply
        from .reciprocal import Reciprocal
        from .scale import Scale
        from .sum import Sum
        from .take import Take

        every = slice(None)  # Sum drops the axis; this index puts it back, with length 1
        back = (every,) * self.axis + (None,) if self.axis >= 0 else (..., None) + (every,) * (-1 - self.axis)
        return Graph(
            z=(Scale(by=1.0 / self.temperature), "x"),
            e=(Exp(), "z"),
            s=(Sum(axis=self.axis), "e"),
            r=(Reciprocal(), "s"),
            k=(Take(index=back), "r"),
            y=(Multiply(), "e", "k"),
        )

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        p, q = self._slices(self.forward(x))
        right, one = with_diagonal(self._pairs(p, q), q - q * p), np.eye(p.shape[1])
        text = "softmax is taken for a pointwise map: the terms −p[i] p[j] between different entries are missing"
        yield Mistake("diagonal-only", text, self._matrix(one * right, x))
        yield Mistake("missing-sum", "it is p g: the term −p Σ g p is missing", self._matrix(one * q[:, :, None], x))
        own = "it is −p Σ g p: the term p g is missing"
        yield Mistake("missing-own-term", own, self._matrix(self._pairs(p, q), x))
        if self.temperature != 1:
            text = "it is not divided by the temperature"
            yield Mistake("missing-temperature", text, self._matrix(self.temperature * right, x))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield Point(cls(), {"x": rng.standard_normal(n + 1)}, "typical")
        yield Point(cls(), {"x": rng.standard_normal((3, n))}, "several slices")
        yield Point(cls(axis=0), {"x": rng.standard_normal((n, 2))}, "over rows")
        yield Point(cls(axis=1), {"x": rng.standard_normal((2, 3, 2))}, "over a middle axis")
        yield Point(cls(), {"x": np.array([[40.0, -40.0, 0.5], [-27.25, 18.0, -16.75]])}, "saturated")
        yield Point(cls(), {"x": 300.0 + rng.standard_normal(4)}, "far from zero")
        yield Point(cls(), {"x": rng.standard_normal(5) * 1e-6}, "nearly equal entries")
        yield Point(cls(), {"x": rng.standard_normal((3, 1))}, "slices of one entry")
        yield Point(cls(temperature=4.0), {"x": rng.standard_normal(n) * 6}, "at a high temperature")
        yield Point(cls(axis=-2), {"x": rng.integers(-2, 3, (3, 4)).astype(float)}, "whole numbers")

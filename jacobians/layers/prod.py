"""Prod: y = Π x over one axis, or over all entries.

    y          = Π x over `axis` (None: over every entry, y a scalar)              (1)
    L^x[i, j]  = the product of the other factors of entry i of y, without x[j]; 0 where x[j] is none   (2)
    L^x[i, j]  = y[i]/x[j]     from the output; not where a factor is 0            (3)

With one factor zero, it alone has a derivative; with two or more, none has.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..along_axis import reduction, terms
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..point import Point


class Prod(Layer):
    axis: int | None = None

    def forward(self, x: Any) -> Any:
        return x.prod(axis=self.axis)  # (1)

    def L_x(self, x: Any) -> Matrix:
        factors = x.reshape(-1) if self.axis is None else np.moveaxis(x, self.axis, -1)
        others = _before(factors) * np.flip(_before(np.flip(factors, -1)), -1)  # (2)
        back = others.reshape(x.shape) if self.axis is None else np.moveaxis(others, -1, self.axis)
        return reduction(back, self.axis)

    def L_x_from_output(self, y: Any, x: Any) -> Matrix | None:
        if np.count_nonzero(x) < x.size:
            return None
        return reduction(self._spread(y, x) / x, self.axis)  # (3)

    def _spread(self, y: Any, x: Any) -> Any:
        """y repeated for each of its factors."""
        return y.reshape(-1)[terms(x.shape, self.axis).rows].reshape(x.shape)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        y = self._spread(self.forward(x), x)
        text = "it is y/x[j], which is 0/0 for a factor of zero and is then taken for 0"
        divided = np.where(x == 0, 0.0, y / np.where(x == 0, 1.0, x))
        yield Mistake("divided-by-zero-factor", text, reduction(divided, self.axis))
        text = "it is g times y: the factor x[j] itself is not left out"
        yield Mistake("own-factor-kept", text, reduction(y, self.axis))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def zeros(name: str, axis: int | None, *at: int) -> Point:
            x = rng.standard_normal((3, n + 1))
            return Point(cls(axis=axis), {"x": np.where(np.isin(np.arange(x.size).reshape(x.shape), at), 0.0, x)}, name)

        yield Point(cls(axis=1), {"x": rng.standard_normal((n, n + 1))}, "typical")
        yield Point(cls(), {"x": rng.standard_normal((2, n))}, "over all entries")
        yield Point(cls(axis=0), {"x": rng.standard_normal((n, 3))}, "over rows")
        yield Point(cls(axis=-2), {"x": rng.standard_normal((2, 3, 2))}, "over a middle axis")
        yield Point(cls(axis=1), {"x": rng.standard_normal((3, 1))}, "over an axis of one")
        yield zeros("no, one and two zeros", -1, n + 1, 2 * n + 2, 3 * n + 2)
        yield zeros("one zero among all", None, 1)
        scales = np.array([[1e2], [1e-2], [10.0], [1e-3], [10.0]])
        yield Point(cls(axis=0), {"x": scales * rng.standard_normal((5, 2))}, "of many scales")
        yield Point(cls(axis=1), {"x": rng.integers(-2, 3, (4, 3)).astype(float)}, "whole numbers, with zeros")


def _before(x: Any) -> Any:
    """1, x[0], x[0] x[1], …: the product of all before each entry along the last axis, in log₂ n steps."""
    step = 1
    p = np.concatenate([np.ones((*x.shape[:-1], 1)), x[..., :-1]], axis=-1)
    while step < p.shape[-1]:
        p = np.concatenate([p[..., :step], p[..., step:] * p[..., :-step]], axis=-1)
        step = 2 * step
    return p

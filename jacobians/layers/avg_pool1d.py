"""AvgPool1d: y[c, p] = Σ x[c, s p + t − q] / n[p] over the taps t.

As PyTorch has it: x [C, length]. Every setting, and the formulas of L, are in avg_pooling.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..avg_pooling import AvgPooling
from ..point import Point


class AvgPool1d(AvgPooling):
    axes = 1

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, shape: tuple[int, ...], **settings: Any) -> Point:
            return Point(cls(**settings), {"x": rng.standard_normal(shape)}, name)

        yield point(
            "typical", (2, 2 * n + 2), kernel=3, stride=2, padding=1, ceil_mode=True
        )  # the stride leaves a rest
        yield point("library defaults", (3, n + 1 - n % 2))
        settings = {"kernel": 5, "stride": 2, "padding": 2, "ceil_mode": True}
        yield point("padding not counted", (2, 2 * n), **settings, count_include_pad=False)
        yield point("padding counted", (2, 2 * n), **settings)
        yield point("kernel as large as the input", (3, n), kernel=n)
        yield point("one tap, stride 2", (2, n), kernel=1, stride=2)
        yield point("one by one", (1, 1), kernel=1)
        yield Point(cls(kernel=3, stride=1), {"x": rng.integers(-2, 3, (2, n + 1)).astype(float)}, "whole numbers")

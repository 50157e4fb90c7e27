"""AvgPool2d: y[c, p] = Σ x[c, s p + t − q] / n[p] over the taps t.

As PyTorch has it: x [C, H, W]. Every setting, and the formulas of L, are in avg_pooling.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..avg_pooling import AvgPooling
from ..point import Point


class AvgPool2d(AvgPooling):
    axes = 2

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, shape: tuple[int, ...], **settings: Any) -> Point:
            return Point(cls(**settings), {"x": rng.standard_normal(shape)}, name)

        even = max(4, n + n % 2)  # so that the stride leaves a rest
        yield point("typical", (2, even, n + 2), kernel=(3, 2), stride=(2, 1), padding=(1, 0), ceil_mode=True)
        yield point("library defaults", (3, n, n + 1))
        settings = {"kernel": (2, 3), "stride": (1, 2), "padding": 1, "ceil_mode": True}
        yield point("padding not counted", (2, 3, 2 * n), **settings, count_include_pad=False)
        yield point("padding counted", (2, 3, 2 * n), **settings)
        yield point("kernel as large as the input", (3, 2, n), kernel=(2, n))
        yield point("one tap, stride 2", (2, 4, n), kernel=1, stride=(1, 2))
        yield point("one by one", (1, 1, 1), kernel=1)
        whole = rng.integers(-2, 3, (2, 3, n)).astype(float)
        yield Point(cls(kernel=(2, 3), stride=1, padding=(0, 1)), {"x": whole}, "whole numbers")

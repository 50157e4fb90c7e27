"""MaxPool1d: y[c, p] = max x[c, s p + d t − q] over the taps t.

As PyTorch has it: x [C, length]. Every setting, and the formulas of L, are in max_pooling.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np

from ..max_pooling import MaxPooling
from ..point import Point


class MaxPool1d(MaxPooling):
    axes = 1

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, shape: tuple[int, ...], **settings: Any) -> Point:
            order = rng.permutation(prod(shape)) + 0.5 * rng.random(prod(shape))  # no two entries are near a tie
            return Point(cls(**settings), {"x": (order.reshape(shape) - len(order) / 2) / 16.0}, name)

        def whole(name: str, shape: tuple[int, ...], low: int, **settings: Any) -> Point:
            return Point(cls(**settings), {"x": np.maximum(rng.integers(-2, 3, shape), low).astype(float)}, name)

        yield point("typical", (2, 2 * n + 3), kernel=4, stride=2, padding=1)
        yield point("library defaults", (3, n + 1 - n % 2))
        yield point("ceil_mode with a rest", (2, 2 * n + 2), kernel=3, stride=3, ceil_mode=True)
        yield point("kernel as large as the input", (3, n), kernel=n)
        yield point("one tap, stride 2", (2, n), kernel=1, stride=2)
        yield Point(cls(kernel=3, stride=1, padding=1), {"x": -1.0 - rng.random((2, n))}, "below the padding's zeros")
        yield point("one by one", (1, 1), kernel=1)
        yield whole("whole numbers, ties in overlapping windows", (2, 2 * n), -2, kernel=3, stride=1)
        yield whole("zeros, as after ReLU", (2, 2 * n), 0, kernel=4, stride=2)

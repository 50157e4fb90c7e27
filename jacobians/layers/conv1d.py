"""Conv1d: y[o, p] = Σ W[o, c, t] x[c, s p + d t − q] + b[o].

As PyTorch has it: x [C, length], W [O, C/groups, k], b [O]. Every setting, and the formulas of
L, are in convolution.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..convolution import Convolution
from ..point import Point


class Conv1d(Convolution):
    axes = 1

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def values(x: tuple[int, ...], W: tuple[int, ...], scale: float = 1.0) -> dict[str, Any]:
            draw = rng.standard_normal
            return {"x": draw(x) * scale, "W": draw(W) / scale, "b": draw(W[0])}

        typical = cls(stride=2, padding=1, dilation=3, groups=2)  # the stride leaves a rest
        yield Point(typical, values((4, 2 * n + 2), (4, 2, 3)), "typical")
        yield Point(cls(padding=4, stride=3), values((2, n), (3, 2, 3)), "windows in the padding alone")
        depthwise = cls(groups=3, stride=2, padding=1, dilation=2)
        yield Point(depthwise, values((3, n + 1), (6, 1, 3)), "depthwise, two outputs a channel")
        yield Point(cls(stride=2), values((3, 2 * n), (4, 3, 1)), "one tap, stride 2")
        yield Point(cls(), values((2, n), (5, 2, n)), "kernel as large as the input")
        yield Point(cls(flip=True, padding=1), values((1, n), (2, 1, 2), 1e3), "flipped, of different scales")
        yield Point(cls(), values((1, 1), (1, 1, 1)), "one by one")
        whole = {"x": (2, n + 1), "W": (3, 2, 2), "b": (3,)}
        yield Point(cls(), {a: rng.integers(-2, 3, shape).astype(float) for a, shape in whole.items()}, "whole numbers")

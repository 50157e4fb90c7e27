"""Conv2d: y[o, p] = Σ W[o, c, t] x[c, s p + d t − q] + b[o].

As PyTorch has it: x [C, H, W], W [O, C/groups, k₁, k₂], b [O]. Every setting, and the formulas of
L, are in convolution.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..convolution import Convolution
from ..point import Point


class Conv2d(Convolution):
    axes = 2

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def values(x: tuple[int, ...], W: tuple[int, ...], scale: float = 1.0) -> dict[str, Any]:
            draw = rng.standard_normal
            return {"x": draw(x) * scale, "W": draw(W) / scale, "b": draw(W[0])}

        typical = cls(stride=(2, 1), padding=(1, 0), dilation=(1, 2), groups=2)
        even = max(4, n + n % 2)  # so that the stride leaves a rest
        yield Point(typical, values((4, even, max(5, n + 2)), (4, 2, 3, 3)), "typical")
        yield Point(cls(padding=(2, 3), stride=(1, 3)), values((2, 2, n), (2, 2, 2, 3)), "windows in the padding alone")
        depthwise = cls(groups=3, stride=2, padding=1, dilation=(2, 1))
        yield Point(depthwise, values((3, 3, n), (6, 1, 2, 3)), "depthwise, two outputs a channel")
        yield Point(cls(stride=2), values((3, 4, n + 1), (4, 3, 1, 1)), "one tap, stride 2")
        yield Point(cls(), values((2, 3, 4), (5, 2, 3, 4)), "kernel as large as the input")
        yield Point(cls(flip=True, padding=1), values((1, 3, 4), (2, 1, 3, 2), 1e3), "flipped, of different scales")
        yield Point(cls(), values((1, 1, 1), (1, 1, 1, 1)), "one by one")
        whole = {"x": (2, 3, n), "W": (3, 2, 2, 2), "b": (3,)}
        yield Point(cls(), {a: rng.integers(-2, 3, shape).astype(float) for a, shape in whole.items()}, "whole numbers")

"""ConvTranspose1d: y[o, q] = Σ W[c, o, t] x[c, p] + b[o] over s p + d t − r = q.

As PyTorch has it: x [C, length], W [C, O/groups, k], b [O]. Every setting, and the formulas of
L, are in transposed_convolution.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..point import Point
from ..transposed_convolution import TransposedConvolution


class ConvTranspose1d(TransposedConvolution):
    axes = 1

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def values(x: tuple[int, ...], W: tuple[int, ...], groups: int = 1, scale: float = 1.0) -> dict[str, Any]:
            draw = rng.standard_normal
            return {"x": draw(x) * scale, "W": draw(W) / scale, "b": draw(W[1] * groups)}

        typical = cls(stride=2, padding=2, output_padding=1, dilation=3, groups=2)
        yield Point(typical, values((4, n), (4, 2, 3), 2), "typical")
        yield Point(cls(stride=3, output_padding=2), values((2, n), (2, 1, 2)), "outputs that nothing reaches")
        yield Point(cls(groups=3, stride=2, padding=1), values((3, n), (3, 2, 3), 3), "depthwise")
        yield Point(cls(stride=2, output_padding=1), values((3, n), (3, 2, 1)), "one tap, stride 2")
        odd = cls(dilation=3, output_padding=2, padding=3)
        yield Point(
            odd, values((1, n + 2), (1, 2, 2), scale=1e3), "output padding above the stride, of different scales"
        )
        yield Point(cls(), values((1, 1), (1, 1, 1)), "one by one")
        whole = {"x": (2, n), "W": (2, 2, 3), "b": (2,)}
        integers = {a: rng.integers(-2, 3, shape).astype(float) for a, shape in whole.items()}
        yield Point(cls(), integers, "whole numbers")

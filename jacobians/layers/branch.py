"""Branch: y = [x, x, …].

The chapter's branch: n copies of x, stacked on a new axis 0, each for another reader downstream.

    y     = [x, x, …]              n copies                                        (1)
    L^x   = [I, I, …]ᵀ             one I above the other; so gradients add         (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import I, Matrix, repeated, stack
from ..mistake import Mistake
from ..point import Point


class Branch(Layer):
    n: int = 2

    def forward(self, x: Any) -> Any:
        return np.stack([x] * self.n)  # (1)

    def L_x(self, x: Any) -> Matrix:
        return repeated(I(x.size), self.n, stacked=True)  # (2)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        def weighed(*by: float) -> Matrix:
            return stack(*(I(x.size) * w for w in by))

        later = [0.0] * (self.n - 1)
        text = "the gradient of the last copy alone: it is assigned, not added, at the branch"
        yield Mistake("overwritten-not-added", text, weighed(*later, 1.0))
        yield Mistake("first-copy-alone", "the gradient of the first copy alone", weighed(1.0, *later))
        if self.n > 4:
            text = "with every copy added the partial sum is added again"
            yield Mistake("partial-sums-added-again", text, weighed(*(2.0 ** (self.n - 1 - k) for k in range(self.n))))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield Point(cls(), {"x": rng.standard_normal((n, n + 1))}, "typical")
        yield Point(cls(n=3), {"x": rng.standard_normal(n)}, "three copies")
        yield Point(cls(n=1), {"x": rng.standard_normal((2, 3))}, "one copy")
        yield Point(cls(n=4), {"x": rng.standard_normal(())}, "of a scalar")
        yield Point(cls(n=6), {"x": rng.standard_normal(3)}, "six copies")
        yield Point(cls(), {"x": rng.standard_normal(7) * 10.0 ** rng.integers(-6, 7, 7)}, "of many scales")
        yield Point(cls(), {"x": rng.integers(-2, 3, (3, 2)).astype(float)}, "whole numbers")

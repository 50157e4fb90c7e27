"""SquaredError: J = ‖ŷ − y‖².

The chapter's L2 loss: neither halved nor averaged; ŷ is the prediction, y the target, both of one shape, J a scalar.

    J       = Σ (ŷ − y)²               over every entry                            (1)
    L^ŷ     =  2 (ŷ − y)               as one row, [1 × |ŷ|]                       (2)
    L^y     = −2 (ŷ − y)               likewise; most code leaves it out           (3)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import Matrix
from ..point import Point


class SquaredError(Layer):
    optional = ("y",)

    def forward(self, yhat: Any, y: Any) -> Any:
        d = yhat - y
        return (d * d).sum()  # (1)

    def L_yhat(self, yhat: Any, y: Any) -> Matrix:
        return 2.0 * (yhat - y).reshape(1, -1)  # (2)

    def L_y(self, yhat: Any, y: Any) -> Matrix:
        return -2.0 * (yhat - y).reshape(1, -1)  # (3)

    def atoms(self) -> Any:
        from ..graph import Graph
        from .add import Add
        from .scale import Scale
        from .square import Square
        from .sum import Sum

        return Graph(
            m=(Scale(by=-1.0), "y"), d=(Add(), "yhat", "m"), q=(Square(), "d"), J=(Sum(), "q"), order=("yhat", "y")
        )

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, shape: tuple[int, ...], scale: float = 1.0) -> Point:
            return Point(cls(), {a: rng.standard_normal(shape) * scale for a in ("yhat", "y")}, name)

        yield point("typical", (n + 1,))
        yield point("a matrix", (2, n))
        yield point("a single entry", (1,))
        yield point("a scalar", ())
        yield point("large", (5,), 1e6)
        yield point("tiny", (5,), 1e-6)
        y = rng.standard_normal(4)
        yield Point(cls(), {"yhat": y.copy(), "y": y}, "prediction equal to target")
        yield Point(cls(), {a: rng.integers(-2, 3, (2, 3)).astype(float) for a in ("yhat", "y")}, "whole numbers")

"""Tanh: y = tanh(x).

With e = exp(−2|x|), which never overflows:

    h(x)  = tanh(x)                                                                (1)
    h'(x) = 1/cosh²(x) = 4e/(1 + e)²                                               (2)
    h'(x) = 1 − y²            from the output; loses its digits once y is near ±1  (3)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..pointwise import Pointwise


class Tanh(Pointwise):
    def h(self, x: Any) -> Any:
        return np.tanh(x)  # (1)

    def dh(self, x: Any) -> Any:
        e = np.exp(-2.0 * np.abs(x))
        return 4.0 * e / ((1.0 + e) * (1.0 + e))  # (2)

    def dh_from_output(self, y: Any) -> Any:
        return 1.0 - y * y  # (3)

    def atoms(self) -> Any:
        from ..graph import Graph
        from .exp import Exp
        from .reciprocal import Reciprocal
        from .scale import Scale
        from .shift import Shift

        return Graph(  # tanh(x) = 1 − 2/(1 + exp(2x))
            m=(Scale(by=2.0), "x"),
            e=(Exp(), "m"),
            d=(Shift(by=1.0), "e"),
            r=(Reciprocal(), "d"),
            s=(Scale(by=-2.0), "r"),
            y=(Shift(by=1.0), "s"),
        )

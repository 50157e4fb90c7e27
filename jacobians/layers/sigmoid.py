"""Sigmoid: y = 1/(1 + exp(−x)).

With e = exp(−|x|), which never overflows:

    h(x)  = 1/(1 + e) if x ≥ 0, else e/(1 + e)                                     (1)
    h'(x) = h(x) h(−x) = e/(1 + e)²                                                (2)
    h'(x) = y (1 − y)         from the output; loses its digits once y is near 1   (3)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..pointwise import Pointwise


class Sigmoid(Pointwise):
    def h(self, x: Any) -> Any:
        e = np.exp(-np.abs(x))
        return np.where(x >= 0, 1.0, e) / (1.0 + e)  # (1)

    def dh(self, x: Any) -> Any:
        e = np.exp(-np.abs(x))
        return e / ((1.0 + e) * (1.0 + e))  # (2)

    def dh_from_output(self, y: Any) -> Any:
        return y * (1.0 - y)  # (3)

    def atoms(self) -> Any:
        from ..graph import Graph
        from .exp import Exp
        from .reciprocal import Reciprocal
        from .scale import Scale
        from .shift import Shift

        return Graph(m=(Scale(by=-1.0), "x"), e=(Exp(), "m"), d=(Shift(by=1.0), "e"), y=(Reciprocal(), "d"))

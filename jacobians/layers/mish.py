"""Mish: y = x tanh(softplus(x)), softplus(x) = log(1 + exp(x)).

Misra 2019. With p = softplus(x), t = tanh(p), σ(x) = 1/(1 + exp(−x)) = p':

    h(x)  = x t                                                                    (1)
    h'(x) = t + x σ(x) / cosh²(p)                                                  (2)
    h'(x) = t + x σ(x) (1 − t²)         as most code has it; loses digits once t is near 1   (3)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..matrix import Matrix, diag
from ..mistake import Mistake
from ..pointwise import Pointwise
from .sigmoid import Sigmoid
from .softplus import Softplus
from .tanh import Tanh


class Mish(Pointwise):
    def h(self, x: Any) -> Any:
        return x * np.tanh(Softplus().h(x))  # (1)

    def dh(self, x: Any) -> Any:
        p = Softplus().h(x)
        return np.tanh(p) + x * Sigmoid().h(x) * Tanh().dh(p)  # (2)

    def L_x_from_output(self, y: Any, x: Any) -> Matrix:
        t = np.tanh(Softplus().h(x))
        return diag(t + x * Sigmoid().h(x) * (1.0 - t * t))  # (3)

    def atoms(self) -> Any:
        from ..graph import Graph
        from .multiply import Multiply

        return Graph(p=(Softplus(), "x"), t=(Tanh(), "p"), y=(Multiply(), "x", "t"))

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        p = Softplus().h(x)
        t, dt = np.tanh(p), Tanh().dh(p)
        yield Mistake("gate-taken-as-constant", "it is tanh(p): the derivative of tanh(p) is missing", diag(t))
        yield Mistake("missing-sigmoid", "the inner derivative p' = σ(x) is missing", diag(t + x * dt))
        yield Mistake("missing-input", "the second term lacks its factor x", diag(t + Sigmoid().h(x) * dt))
        text = "the second term has 1 − t instead of 1 − t²"
        yield Mistake("missing-square", text, diag(t + x * Sigmoid().h(x) * (1.0 - t)))

"""LogSigmoid: y = log(1/(1 + exp(−x))).

With e = exp(−|x|), which never overflows:

    h(x)  = min(x, 0) − log(1 + e)                                                 (1)
    h'(x) = e/(1 + e) if x ≥ 0, else 1/(1 + e)     which is sigmoid(−x)            (2)
    h'(x) = 1 − exp(y)        from the output; loses its digits once y is near 0   (3)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..matrix import diag
from ..mistake import Mistake
from ..pointwise import Pointwise


class LogSigmoid(Pointwise):
    def h(self, x: Any) -> Any:
        return np.minimum(x, 0.0) - np.log1p(np.exp(-np.abs(x)))  # (1)

    def dh(self, x: Any) -> Any:
        e = np.exp(-np.abs(x))
        return np.where(x >= 0, e, 1.0) / (1.0 + e)  # (2)

    def dh_from_output(self, y: Any) -> Any:
        return 1.0 - np.exp(y)  # (3)

    def atoms(self) -> Any:
        from ..graph import Graph
        from .scale import Scale
        from .softplus import Softplus

        return Graph(m=(Scale(by=-1.0), "x"), p=(Softplus(), "m"), y=(Scale(by=-1.0), "p"))

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        yield Mistake("sigmoid-of-x", "it is sigmoid(x), not sigmoid(−x)", diag(self.dh(-x)))
        text = "it is sigmoid(x) sigmoid(−x): the logarithm's 1/sigmoid(x) is missing"
        yield Mistake("missing-outer-derivative", text, diag(self.dh(x) * self.dh(-x)))
        text = "it is 0 at x = 0, where it should be 1/2: the tie of max(x, 0) with 0 took it away"
        yield Mistake("zero-at-zero", text, diag(np.where(x == 0, 0.0, self.dh(x))))

"""Softplus: y = log(1 + exp(x)).

With e = exp(−|x|), which never overflows:

    h(x)  = max(x, 0) + log(1 + e)                                                 (1)
    h'(x) = 1/(1 + e) if x ≥ 0, else e/(1 + e)                                     (2)
    h'(x) = 1 − exp(−y)       from the output; loses its digits once y is near 0   (3)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..matrix import diag
from ..mistake import Mistake
from ..pointwise import Pointwise


class Softplus(Pointwise):
    def h(self, x: Any) -> Any:
        return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))  # (1)

    def dh(self, x: Any) -> Any:
        e = np.exp(-np.abs(x))
        return np.where(x >= 0, 1.0, e) / (1.0 + e)  # (2)

    def dh_from_output(self, y: Any) -> Any:
        return 1.0 - np.exp(-y)  # (3)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        text = "it is sigmoid(y): the output was taken for the input"
        yield Mistake("output-for-input", text, diag(self.dh(self.h(x))))
        text = "it is 0 at x = 0, where it should be 1/2: the tie of max(x, 0) with 0 took it away"
        yield Mistake("zero-at-zero", text, diag(self.dh(x) * (x != 0)))

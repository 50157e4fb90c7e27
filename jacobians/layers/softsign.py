"""Softsign: y = x/(1 + |x|).

    h(x)  = x/(1 + |x|)                                                            (1)
    h'(x) = 1/(1 + |x|)²                                                           (2)
    h'(x) = 1/(1 + |x|) − |y|/(1 + |x|)     by the quotient rule; loses its digits once y is near ±1   (3)

So does (1 − |y|)², from the output alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..matrix import Matrix, diag
from ..mistake import Mistake
from ..pointwise import Pointwise


class Softsign(Pointwise):
    def h(self, x: Any) -> Any:
        return x / (1.0 + np.abs(x))  # (1)

    def dh(self, x: Any) -> Any:
        d = 1.0 + np.abs(x)
        return 1.0 / (d * d)  # (2)

    def L_x_from_output(self, y: Any, x: Any) -> Matrix:
        d = 1.0 + np.abs(x)
        return diag(1.0 / d - np.abs(y) / d)  # (3)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        d = 1.0 + np.abs(x)
        yield Mistake("missing-square", "it is 1/(1 + |x|), not its square", diag(1.0 / d))
        text = "it has the sign of x: |x| was differentiated, the numerator x was not"
        yield Mistake("with-the-sign-of-x", text, diag(np.sign(x) / (d * d)))
        text = "the quotient rule has + for −: (1 + 2|x|)/(1 + |x|)²"
        yield Mistake("quotient-rule-sign", text, diag((1.0 + 2.0 * np.abs(x)) / (d * d)))

"""SELU: y = λ x if x > 0, else λ α · (exp(x) − 1).

Klambauer et al. 2017; λ and α are fixed numbers, such that zero mean and unit variance are a fixed point.

    h(x)  = λ x if x > 0, else λ α (exp(x) − 1)                                    (1)
    h'(x) = λ if x > 0, λ α exp(x) if x < 0                                        (2)
    h'(0) = at_zero · λ + (1 − at_zero) · λ α                                      (3)
    h'(x) = y + λ α for x < 0       from the output; loses its digits once y is near −λ α   (4)

At 0 PyTorch and JAX take the derivative of the left, at_zero = 0; code that asks `x >= 0` that of the right, 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..kinds import where
from ..matrix import Matrix, diag
from ..mistake import Mistake
from ..pointwise import Pointwise

SCALE = 1.0507009873554804934193349852946  # λ
ALPHA = 1.6732632423543772848170429916717  # α


class SELU(Pointwise):
    at_zero: float = 0.0

    conventions = {"at_zero": (0.0, 1.0, 0.5)}

    def h(self, x: Any) -> Any:
        return SCALE * where(x > 0, x, ALPHA * np.expm1(np.minimum(x, 0.0)))  # (1)

    def dh(self, x: Any) -> Any:
        return self._gate(x, SCALE * ALPHA * np.exp(np.minimum(x, 0.0)))  # (2)

    def L_x_from_output(self, y: Any, x: Any) -> Matrix:
        return diag(self._gate(x, y + SCALE * ALPHA))  # (4); y is 0 where x is: the side is never in doubt

    def _gate(self, x: Any, left: Any) -> Any:
        kink = self.at_zero * SCALE + (1.0 - self.at_zero) * SCALE * ALPHA  # (3)
        return np.where(x > 0, SCALE, np.where(x < 0, left, kink))

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        e = np.exp(np.minimum(x, 0.0))
        yield Mistake("missing-alpha", "the factor α is missing left of 0", diag(self._gate(x, SCALE * e)))
        yield Mistake("missing-scale-left", "the factor λ is missing left of 0", diag(self._gate(x, ALPHA * e)))
        text = "the factor λ is missing right of 0"
        yield Mistake("missing-scale-right", text, diag(np.where(x > 0, 1.0, self.dh(x))))
        text = "α is added to the output, which is λ α (exp(x) − 1): that takes λ α"
        yield Mistake("alpha-without-scale", text, diag(self._gate(x, self.h(x) + ALPHA)))

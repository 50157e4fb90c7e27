"""ReLU: y = max(x, 0).

    h(x)  = x if x > 0, else 0                                                     (1)
    h'(x) = 1 if x > 0, 0 if x < 0, and at_zero at x = 0                           (2)

The chapter has h'(0) = 1 ("if x ≥ 0"); PyTorch, JAX and CS231n have 0; some have 0.5. It is a convention: a setting.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..pointwise import Pointwise


class ReLU(Pointwise):
    at_zero: float = 1.0

    conventions = {"at_zero": (1.0, 0.0, 0.5)}

    def h(self, x: Any) -> Any:
        return np.where(x > 0, x, 0.0)  # (1)

    def dh(self, x: Any) -> Any:
        return np.where(x > 0, 1.0, np.where(x < 0, 0.0, self.at_zero))  # (2)

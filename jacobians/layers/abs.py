"""Abs: y = |x|.

    h(x)  = |x|                                                                    (1)
    h'(x) = 1 if x > 0, −1 if x < 0, and at_zero at x = 0                          (2)

PyTorch and TensorFlow have h'(0) = 0; code that asks `x >= 0` has 1, code that asks `x > 0` has −1. It is a convention:
a setting.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..pointwise import Pointwise


class Abs(Pointwise):
    at_zero: float = 0.0

    conventions = {"at_zero": (0.0, 1.0, -1.0)}

    def h(self, x: Any) -> Any:
        return np.abs(x)  # (1)

    def dh(self, x: Any) -> Any:
        return np.where(x > 0, 1.0, np.where(x < 0, -1.0, self.at_zero))  # (2)

"""Exp: y = exp(x).

h(x)  = exp(x)                                                                 (1)
h'(x) = exp(x)                                                                 (2)
h'(x) = y                 from the output; loses nothing                       (3)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..pointwise import Pointwise


class Exp(Pointwise):
    def h(self, x: Any) -> Any:
        return np.exp(x)  # (1)

    def dh(self, x: Any) -> Any:
        return np.exp(x)  # (2)

    def dh_from_output(self, y: Any) -> Any:
        return y  # (3)

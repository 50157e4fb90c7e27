"""Identity: y = x.

h(x)  = x                                                                      (1)
h'(x) = 1                                                                      (2)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..pointwise import Pointwise


class Identity(Pointwise):
    def h(self, x: Any) -> Any:
        return x  # (1)

    def dh(self, x: Any) -> Any:
        return np.ones(np.shape(x))  # (2)

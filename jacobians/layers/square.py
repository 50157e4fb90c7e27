"""Square: y = x².

h(x)  = x²                                                                     (1)
h'(x) = 2x                                                                     (2)
"""

from __future__ import annotations

from typing import Any

from ..pointwise import Pointwise


class Square(Pointwise):
    def h(self, x: Any) -> Any:
        return x * x  # (1)

    def dh(self, x: Any) -> Any:
        return 2.0 * x  # (2)

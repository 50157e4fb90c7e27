"""Cos: y = cos(x).

h(x)  = cos(x)                                                                 (1)
h'(x) = −sin(x)                                                                (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..matrix import diag
from ..mistake import Mistake
from ..pointwise import Pointwise


class Cos(Pointwise):
    def h(self, x: Any) -> Any:
        return np.cos(x)  # (1)

    def dh(self, x: Any) -> Any:
        return -np.sin(x)  # (2)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        yield Mistake("output", "it is cos(x), the output, not −sin(x)", diag(np.cos(x)))
        yield Mistake("minus-output", "it is −cos(x), not −sin(x)", diag(-np.cos(x)))
        text = "it is −√(1 − y²): the sign of sin(x) is lost"
        yield Mistake("sign-lost", text, diag(-np.abs(np.sin(x))))

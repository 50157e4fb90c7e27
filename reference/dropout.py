"""Dropout, batched: y = mask · x/(1 − p), the mask as long as x.

∂J/∂x = mask · g/(1 − p)                                                        (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, mask: Array, p: float = 0.5) -> tuple[Array, Any]:
    gate = mask.astype(x.dtype) / (1 - p)
    return x * gate, gate


def backward(g: Array, saved: Any) -> dict[str, Array]:
    gate = saved
    return {"x": g * gate}  # (1)

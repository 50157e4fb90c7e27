"""SwiGLU, batched: y = silu(a) · b, with s = 1/(1 + exp(−a)), silu(a) = a s.

∂J/∂a = g b (s + a s (1 − s))                                                   (1)
∂J/∂b = g a s                                                                   (2)
"""

from typing import Any

import numpy as np

from reference._sigmoid import sigmoid

Array = np.ndarray


def forward(a: Array, b: Array) -> tuple[Array, Any]:
    s, rest = sigmoid(a)
    silu = a * s
    return silu * b, (b, s, rest, silu)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    b, s, rest, silu = saved
    da = silu * rest
    da += s
    da *= b
    da *= g
    return {"a": da, "b": g * silu}  # (1) (2)

"""Rotary, batched: y = x cos A + turn(x) sin A, turn taking each pair (a, b) to (−b, a); backward turns by −A.

∂J/∂x = g cos A − turn(g) sin A                                                 (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(
    x: Array, base: float = 10000.0, dims: int | None = None, pairing: str = "half", offset: int = 0
) -> tuple[Array, Any]:
    r = x.shape[2] if dims is None else dims
    frequency = base ** (np.arange(0, -r, -2, dtype=x.dtype) / r)
    angle = np.arange(offset, offset + x.shape[1], dtype=x.dtype)[:, None] * frequency
    cos, sin = np.cos(angle), np.sin(angle)
    return turned(x, cos, sin, pairing), (cos, sin, pairing)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    cos, sin, pairing = saved
    return {"x": turned(g, cos, -sin, pairing)}  # (1)


def turned(x: Array, cos: Array, sin: Array, pairing: str) -> Array:
    half = cos.shape[-1]
    first, second = (
        (slice(half), slice(half, 2 * half)) if pairing == "half" else (slice(0, 2 * half, 2), slice(1, 2 * half, 2))
    )
    y = x.copy()
    y[..., first] = x[..., first] * cos - x[..., second] * sin
    y[..., second] = x[..., second] * cos + x[..., first] * sin
    return y

"""WeightNorm, batched: y = W x, W[i] = s[i] v[i] / ‖v[i]‖ row by row; s is the layer's argument g.

∂J/∂x = Wᵀ g                                                                   (1)
D     = Σ g xᵀ                 the gradient of W, over the batch               (2)
∂J/∂s = Σ_k D u                u = v / ‖v‖, row by row                         (3)
∂J/∂v = s / ‖v‖ (D − (Σ_k D u) u)                                              (4)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, v: Array, g: Array) -> tuple[Array, Any]:
    norm = np.linalg.norm(v, axis=1, keepdims=True)
    u = v / norm
    return x @ (g[:, None] * u).T, (x, u, norm, g)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, u, norm, s = saved
    dx = (g * s) @ u  # (1)
    D = g.T @ x  # (2)
    along = (D * u).sum(axis=1)  # (3)
    D -= along[:, None] * u
    D *= s[:, None] / norm  # (4)
    return {"x": dx, "v": D, "g": along}

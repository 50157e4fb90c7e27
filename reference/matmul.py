"""MatMul, batched: y = A @ B, stacks of matrices broadcast within each example.

∂J/∂A = Σ g Bᵀ          summed over the products that read the same matrix      (1)
∂J/∂B = Σ Aᵀ g          likewise                                                (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(A: Array, B: Array) -> tuple[Array, Any]:
    left, right = aligned(A, B)
    y = left @ right
    drop = tuple(axis for axis, a in ((-2, A), (-1, B)) if a.ndim == 2)  # a vector leaves no axis behind
    return y.squeeze(drop), (left, right, y.shape, A.shape, B.shape)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    left, right, y_shape, A_shape, B_shape = saved
    g = g.reshape(y_shape)
    dA = summed_to(left.shape, g @ right.swapaxes(-1, -2))  # (1)
    dB = summed_to(right.shape, left.swapaxes(-1, -2) @ g)  # (2)
    return {"A": dA.reshape(A_shape), "B": dB.reshape(B_shape)}


def aligned(A: Array, B: Array) -> tuple[Array, Array]:
    """Vectors as matrices, and both stacks with the same number of axes after the batch axis."""
    left = A[:, None, :] if A.ndim == 2 else A
    right = B[:, :, None] if B.ndim == 2 else B
    most = max(left.ndim, right.ndim)
    return tuple(a.reshape(len(a), *(1,) * (most - a.ndim), *a.shape[1:]) for a in (left, right))  # type: ignore[return-value]


def summed_to(shape: tuple[int, ...], g: Array) -> Array:
    """g summed over the axes along which a factor of this shape was repeated."""
    repeated = tuple(k for k in range(g.ndim) if shape[k] == 1 != g.shape[k])
    return g.sum(axis=repeated, keepdims=True)

"""A linear map along the last two axes, one matrix for the rows and one for the columns: y = A x Bᵀ."""

import numpy as np

Array = np.ndarray


def along_both(A: Array, x: Array, B: Array) -> Array:
    """A x Bᵀ for each matrix x [… × h × w], A [p × h], B [q × w]: two large products, not one small for each x."""
    *batch, h, w = x.shape
    right = (x.reshape(-1, w) @ B.T).reshape(*batch, h, len(B))
    down = np.ascontiguousarray(right.swapaxes(-1, -2)).reshape(-1, h) @ A.T
    return np.ascontiguousarray(down.reshape(*batch, len(B), len(A)).swapaxes(-1, -2))

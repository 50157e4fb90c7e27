"""Embedding, batched: y = W[index], 0 where the index is padding_idx.

∂J/∂W = each row of g, added to the row of its word; that of padding_idx is 0   (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(W: Array, index: Array, padding_idx: int | None = None) -> tuple[Array, Any]:
    y = W[index]
    if padding_idx is not None:
        y[index == padding_idx] = 0
    return y, (W.shape, index, padding_idx)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    shape, index, padding_idx = saved
    dW = np.zeros(shape, g.dtype)
    np.add.at(dW, index, g)  # (1)
    if padding_idx is not None:
        dW[padding_idx] = 0
    return {"W": dW}

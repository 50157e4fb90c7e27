"""UpsampleNearest, batched: rows and columns are picked, some several times; backward adds up each run of equal picks.

∂J/∂x = Σ g          over the run of places that read one place; 0 where none does   (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, size: Any = None, scale: Any = 2) -> tuple[Array, Any]:
    if size is None:
        scales = (scale, scale) if np.ndim(scale) == 0 else scale
        picks = [
            np.minimum(np.floor(np.arange(int(n * f)) / f).astype(int), n - 1)
            for n, f in zip(x.shape[-2:], scales, strict=True)
        ]
    else:
        sizes = (size, size) if np.ndim(size) == 0 else size
        picks = [np.arange(m) * n // m for n, m in zip(x.shape[-2:], sizes, strict=True)]
    return x[..., picks[0][:, None], picks[1]], (x.shape, picks)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    shape, (rows, columns) = saved
    return {"x": runs(runs(g, rows, shape[-2], g.ndim - 2), columns, shape[-1], g.ndim - 1)}


def runs(g: Array, pick: Array, n: int, axis: int) -> Array:
    """The sums of g over equal numbers in `pick`, which do not fall, laid out along an axis of n."""
    start = np.flatnonzero(np.diff(pick, prepend=-1))
    length = len(pick) // max(n, 1)
    if len(start) == n and (np.diff(start, append=len(pick)) == length).all():  # every place is picked as often
        before = (slice(None),) * axis
        dx = g[(*before, slice(0, None, length))].copy()
        for k in range(1, length):
            dx += g[(*before, slice(k, None, length))]  # (1)
        return dx
    result = np.zeros((*g.shape[:axis], n, *g.shape[axis + 1 :]), g.dtype)
    place = (slice(None),) * axis + (pick[start],)
    result[place] = np.add.reduceat(g, start, axis=axis)  # (1)
    return result

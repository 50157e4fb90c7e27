"""UpsampleNearest, batched: rows and columns are picked, some several times; backward adds up what picked a place.

∂J/∂x = Σ g          over the places of y that read it; 0 where none does       (1)
"""

from typing import Any

import numpy as np

from reference._scatter import add_up

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
    places = np.arange(x.size).reshape(x.shape)[..., picks[0][:, None], picks[1]]
    return np.take(x, places), (x.shape, places)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    shape, places = saved
    return {"x": add_up(places, g, shape)}  # (1)

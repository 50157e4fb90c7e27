"""Arrays that live on a device and refuse to become NumPy's unasked, as CuPy's do: they are fetched by their `get`."""

from __future__ import annotations

from typing import Any

import numpy as np


def fetched(v: Any) -> Any:
    """A device array as a NumPy array, by `get()`; whatever else, NumPy arrays among it, as it is."""
    if isinstance(v, np.ndarray) or not (hasattr(v, "shape") and hasattr(v, "dtype")):
        return v
    get = getattr(v, "get", None)
    return get() if callable(get) else v

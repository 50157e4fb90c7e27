"""A case: one implementation, whether it is right, and what the verdict should say of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Case:
    """One implementation to be judged.

    Attributes:
        name: unique: "softmax/online", "museum 31: gamma missing in the variance and mean terms".
        layer: the name of the layer it claims to be.
        fast: an object with forward and backward.
        right: whether it is correct.
        formats: the formats it runs in.
        names: for wrong code, the diagnoses that name the mistake; the first is the best.
        settings: settings of the layer held fixed.
    """

    name: str
    layer: str
    fast: Any
    right: bool
    formats: tuple[str, ...] = ("float64", "float32")
    names: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)


class Code:
    """A forward and a backward as one object."""

    def __init__(self, forward: Any, backward: Any):
        self.forward, self.backward = forward, backward


class InFloat32:
    """16-bit in and out, float32 inside: how kernels for 16-bit formats compute."""

    def __init__(self, fast: Any):
        self.fast = fast
        self.forward = _widened(fast.forward)

    def backward(self, g: Any, saved: Any) -> dict[str, Any]:
        import numpy as np

        inner, dtype = saved
        answer = self.fast.backward(np.asarray(g).astype(np.float32), inner)
        return {a: np.asarray(v).astype(dtype) for a, v in answer.items()}


def _widened(forward: Any) -> Any:
    """forward on float32 copies of 16-bit arrays; y and what is saved go back in the type that came."""
    import functools

    import numpy as np

    @functools.wraps(forward)
    def wide(*args: Any, **values: Any) -> Any:
        arrays = {a: v for a, v in values.items() if isinstance(v, np.ndarray) and v.dtype.kind in "fV"}
        dtype = next(iter(arrays.values())).dtype
        small = dtype.itemsize == 2
        given = {a: v.astype(np.float32) if small and a in arrays else v for a, v in values.items()}
        y, saved = forward(*args, **given)
        return np.asarray(y).astype(dtype), (saved, dtype)

    return wide

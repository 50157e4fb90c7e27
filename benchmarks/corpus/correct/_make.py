"""What the modules of this folder share: one implementation as cases, and the ways to add up."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..case import Case, Code, InFloat32

Array = np.ndarray
Total = Callable[[Array], Array]  # the sum over the last axis, in the type that came
WIDE, SMALL = ("float64", "float32"), ("float16", "bfloat16")


def each_format(
    name: str, layer: str, forward: Any, backward: Any, throughout: bool = False, **settings: Any
) -> list[Case]:
    """As it is in float64 and float32, with float32 inside in 16 bits; `throughout`: also with 16 bits everywhere."""
    code = Code(forward, backward)
    found = [
        Case(name, layer, code, True, WIDE, settings=settings),
        Case(f"{name}, float32 inside", layer, InFloat32(code), True, SMALL, settings=settings),
    ]
    if throughout:
        found.append(Case(f"{name}, 16 bits throughout", layer, code, True, SMALL, settings=settings))
    return found


def sequential(a: Array) -> Array:
    """One term after the other."""
    s = np.zeros(a.shape[:-1], a.dtype)
    for k in range(a.shape[-1]):
        s = s + a[..., k]
    return s


def backwards(a: Array) -> Array:
    return sequential(a[..., ::-1])


def pairwise(a: Array) -> Array:
    """Halves, and halves of halves."""
    n = a.shape[-1]
    if n <= 1:
        return sequential(a)
    return pairwise(a[..., : n // 2]) + pairwise(a[..., n // 2 :])


def blocked(a: Array, size: int = 2) -> Array:
    """Each block by itself, then the blocks."""
    parts = [sequential(a[..., k : k + size]) for k in range(0, a.shape[-1], size)]
    return sequential(np.stack(parts, axis=-1)) if parts else sequential(a)


def split_k(a: Array, ways: int = 3) -> Array:
    """Terms dealt out to several workers, whose partial sums one accumulator adds."""
    return sequential(np.stack([sequential(a[..., k::ways]) for k in range(ways)], axis=-1))


def ascending(a: Array) -> Array:
    """The smallest magnitudes first."""
    return sequential(np.take_along_axis(a, np.argsort(np.abs(a), axis=-1), -1))


def descending(a: Array) -> Array:
    """The largest magnitudes first."""
    return sequential(np.take_along_axis(a, np.argsort(-np.abs(a), axis=-1), -1))


def kahan(a: Array) -> Array:
    """What each addition lost is given back to the next."""
    s, lost = np.zeros(a.shape[:-1], a.dtype), np.zeros(a.shape[:-1], a.dtype)
    for k in range(a.shape[-1]):
        term = a[..., k] - lost
        t = s + term
        lost, s = (t - s) - term, t
    return s


def in_float64(a: Array) -> Array:
    return a.astype(np.float64).sum(axis=-1).astype(a.dtype)


def exact(a: Array) -> Array:
    """Rounded once (math.fsum)."""
    rows = a.astype(np.float64).reshape(-1, a.shape[-1]) if a.size else np.zeros((math.prod(a.shape[:-1]), 0))
    return np.array([math.fsum(row) for row in rows]).reshape(a.shape[:-1]).astype(a.dtype)


def by_einsum(a: Array) -> Array:
    return np.asarray(np.einsum("...k->...", a))


def by_ones(a: Array) -> Array:
    """As a product with a vector of ones."""
    return np.asarray(a @ np.ones(a.shape[-1], a.dtype))


def by_numpy(a: Array) -> Array:
    return np.asarray(a.sum(axis=-1))


TOTALS: dict[str, Total] = {
    "sequential": sequential, "reversed": backwards, "pairwise": pairwise, "blocked": blocked, "split-K": split_k,
    "ascending": ascending, "descending": descending, "Kahan": kahan, "float64 accumulator": in_float64, "exact": exact,
}  # fmt: skip
PLAIN: dict[str, Total] = {"einsum": by_einsum, "ones": by_ones, "NumPy": by_numpy}  # of float32 and float64 only


def over(total: Total, a: Array, axes: tuple[int, ...], keepdims: bool = False) -> Array:
    """The sum over several axes by `total`."""
    axes = tuple(k % a.ndim for k in axes)
    kept = tuple(k for k in range(a.ndim) if k not in axes)
    rows = a.transpose(*kept, *axes)
    s = total(rows.reshape(*rows.shape[: len(kept)], math.prod(a.shape[k] for k in axes)))
    return s.reshape([1 if k in axes else a.shape[k] for k in range(a.ndim)]) if keepdims else s


def product(total: Total, A: Array, B: Array) -> Array:
    """A @ B with its sums by `total`."""
    return total(A[..., :, None, :] * B.swapaxes(-1, -2)[..., None, :, :])

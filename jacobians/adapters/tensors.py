"""NumPy arrays as PyTorch tensors and back: the same memory wherever that is possible, the same layout always.

bfloat16 is ml_dtypes' in NumPy; it crosses as the 16 bits it is.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from ..kinds import is_array

torch: Any = importlib.import_module("torch")  # `import torch` here is this folder's, to a type checker

Tensor = Any  # torch.Tensor


def to_tensor(v: np.ndarray, device: str = "cpu") -> Tensor:
    """The array as a tensor: a view of its memory on the CPU, but of a read-only or reversed one a copy.

    An axis of stride 0 is one of the tensor's too (`expand`), every other entry stays every other entry.
    """
    v = np.asarray(v)  # of no axes: NumPy's own number, as likely as an array
    bits = v.view(np.int16) if v.dtype.name == "bfloat16" else v
    if any(s == 0 and n > 1 for s, n in zip(v.strides, v.shape, strict=True)):
        one = bits[tuple(slice(0, 1) if s == 0 else slice(None) for s in v.strides)]
        tensor = moved(torch.from_numpy(one.copy()), device)
    else:
        usable = bits.flags.writeable and all(s >= 0 for s in bits.strides)
        tensor = moved(torch.from_numpy(bits if usable else bits.copy()), device)
    tensor = tensor.view(torch.bfloat16) if v.dtype.name == "bfloat16" else tensor
    return tensor.expand(v.shape) if tensor.shape != v.shape else tensor


def moved(t: Tensor, device: str) -> Tensor:
    """The tensor on a device in the layout that it has: `to` keeps none with gaps, so these go along."""
    if t.device == torch.device(device) or t.is_contiguous():
        return t.to(device)
    span = 1 + sum((n - 1) * s for n, s in zip(t.shape, t.stride(), strict=True))
    return t.as_strided((span,), (1,)).to(device).as_strided(t.shape, t.stride())


def copy_back(tensors: dict[str, Tensor], given: dict[str, Any], device: str) -> None:
    """What code wrote into its inputs on another device shows in the arrays, where the judge looks."""
    if device == "cpu":
        return
    for a, v in given.items():
        if is_array(v) and v.flags.writeable:
            now = to_array(tensors[a])
            if not np.array_equal(v, now, equal_nan=v.dtype.kind == "f"):
                v[...] = now


def to_array(t: Tensor) -> np.ndarray:
    """The tensor as an array: a view of its memory on the CPU."""
    t = t.detach()
    t = t.to_dense() if t.layout != torch.strided else t
    t = t.cpu().resolve_conj().resolve_neg()
    if t.dtype != torch.bfloat16:
        return t.numpy()
    import ml_dtypes  # pyright: ignore[reportMissingImports]

    return t.view(torch.int16).numpy().view(ml_dtypes.bfloat16)


def share_memory(a: Tensor, b: Tensor) -> bool:
    """Whether two tensors are views of one storage."""
    return a.numel() > 0 and a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()

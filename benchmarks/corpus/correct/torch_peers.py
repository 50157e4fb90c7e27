"""PyTorch's own layers on the CPU, forward and backward through torch.autograd: those of jacobians/torch_peers."""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Iterator
from typing import Any

import numpy as np

from jacobians.layers import find
from jacobians.torch_peers import peer as load
from jacobians.torch_peers import peer_names
from jacobians.verify.door import parameters
from jacobians.verify.formats import get_format
from jacobians.verify.trial import trial_points

from ..case import Case

Array = np.ndarray


class Autograd:
    """A function of tensors as forward and backward of arrays, its gradients by torch.autograd."""

    def __init__(self, forward: Any):
        self._function = forward
        self.forward = _signed(self._forward, forward)

    def _forward(self, *args: Any, **values: Any) -> Any:
        import torch

        tensors = {a: tensor(v) if isinstance(v, np.ndarray) else v for a, v in values.items()}
        leaves = {a: t.requires_grad_() for a, t in tensors.items() if torch.is_tensor(t) and t.is_floating_point()}
        y = self._function(*args, **tensors)
        return array(y), (y, leaves)

    def backward(self, g: Array, saved: Any) -> dict[str, Array]:
        """The gradients; none where PyTorch has none: for the statistics of batch norm in evaluation."""
        import torch

        y, leaves = saved
        found = torch.autograd.grad(y, list(leaves.values()), tensor(g), retain_graph=True, allow_unused=True)
        return {a: array(d) for a, d in zip(leaves, found, strict=True) if d is not None}


def _signed(call: Any, like: Any) -> Any:
    """call with the signature of another function."""

    @functools.wraps(like)
    def signed(*args: Any, **values: Any) -> Any:
        return call(*args, **values)

    return signed


def tensor(v: Array) -> Any:
    """A tensor of its own; bfloat16 by its bits, as torch knows no NumPy type for it."""
    import torch

    v = np.array(v, copy=True, order="C")
    if v.dtype.name == "bfloat16":
        return torch.from_numpy(v.view(np.int16)).view(torch.bfloat16)
    return torch.from_numpy(v)


def array(t: Any) -> Array:
    import torch

    t = t.detach().contiguous()
    if t.dtype is torch.bfloat16:
        import ml_dtypes

        return t.view(torch.int16).numpy().copy().view(ml_dtypes.bfloat16)
    return t.numpy().copy()


def available() -> bool:
    return importlib.util.find_spec("torch") is not None


def peers() -> dict[str, Any]:
    """{name: module} of jacobians/torch_peers."""
    return {name: load(name) for name in peer_names()}


@functools.cache
def exists(name: str, format: str) -> bool:
    """Whether PyTorch has this function on the CPU in a 16-bit format."""
    peer, wanted = peers()[name], get_format(format)
    point = next(iter(trial_points(find(name), 0, getattr(peer, "SETTINGS", {}))))
    values = {a: v.astype(wanted.dtype) if v.dtype.kind == "f" else v for a, v in point.values.items()}
    code, taken = Autograd(peer.forward), parameters(peer.forward)
    try:
        y, saved = code.forward(
            **values, **{k: v for k, v in point.map.settings.items() if taken is None or k in taken}
        )
        code.backward(np.ones_like(y), saved)
    except (NotImplementedError, RuntimeError):
        return False
    return True


# Its vectorised erf in bfloat16 is 0 at −4e−9: right to 1e−7, not to the last digits of a number. The erf inside its
# vectorised GELU in float32 is some 8 units of rounding away, of 1: more than the form 1 + erf loses by itself.
LOSES_DIGITS = {("erf", "bfloat16"), ("gelu", "float32"), ("geglu", "float32")}


def each() -> Iterator[tuple[bool, Case]]:
    """Every peer in every format, and whether it keeps its digits."""
    for name, peer in peers().items():
        code, settings = Autograd(peer.forward), getattr(peer, "SETTINGS", {})
        for format in ("float64", "float32", "float16", "bfloat16"):
            if "16" in format and not exists(name, format):
                continue
            loses = (name, format) in LOSES_DIGITS
            names = ("loses-digits",) if loses else ()
            yield not loses, Case(f"torch/{name}, {format}", name, code, True, (format,), names, settings)


def cases() -> list[Case]:
    return [case for keeps, case in each() if keeps] if available() else []


def digits_cases() -> list[Case]:
    """PyTorch's own that lose digits; the others have a form of L to which the layer's `…_as_usual` grants it."""
    return [case for keeps, case in each() if not keeps] if available() else []

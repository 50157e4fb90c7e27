"""PyTorch's own layers on the CPU, forward and backward through torch.autograd: those of tests/torch_peers."""

from __future__ import annotations

import functools
import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np

from ..case import Case

PEERS = Path(__file__).resolve().parents[3] / "tests" / "torch_peers"
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
        import torch

        y, leaves = saved
        found = torch.autograd.grad(y, list(leaves.values()), tensor(g), retain_graph=True, allow_unused=True)
        return {a: array(torch.zeros_like(t) if d is None else d) for (a, t), d in zip(leaves.items(), found, strict=True)}


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
    return PEERS.is_dir() and importlib.util.find_spec("torch") is not None


def peers() -> dict[str, Any]:
    """{name: module} of tests/torch_peers."""
    found = {}
    for path in sorted(PEERS.glob("[!_]*.py")):
        name = f"torch_peers_{path.stem}"
        if name not in sys.modules:
            spec = importlib.util.spec_from_file_location(name, path)
            assert spec is not None and spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            sys.modules[name] = module
        found[path.stem] = sys.modules[name]
    return found


def cases() -> list[Case]:
    if not available():
        return []
    found: list[Case] = []
    for name, peer in peers().items():
        code, settings = Autograd(peer.forward), getattr(peer, "SETTINGS", {})
        for formats in (("float64", "float32"), ("float16",), ("bfloat16",)):
            found.append(Case(f"torch/{name}, {formats[-1]}", name, code, True, formats, settings=settings))
    return found

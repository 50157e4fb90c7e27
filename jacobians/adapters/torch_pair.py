"""PyTorch: a forward and a backward written by hand, of tensors, as a pair of kernels is."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

from ..kinds import is_array, is_dict, is_tuple
from ..layer import Layer
from ..verify.door import Broken, taking
from . import matching, wrap
from .reproducible import Reproducible
from .tensors import copy_back, to_array, to_tensor
from .torch_call import kind_of

torch: Any = importlib.import_module("torch")  # `import torch` here is this folder's, to a type checker


class TorchPair(Reproducible):
    """A forward and a backward written by hand, of tensors: `forward(**values) -> (y, saved)`, `backward(g, saved)`.

    Where the pair has them, its backward takes `into`, and it has a `jvp` (see verify/door.py).
    """

    adapter = "torch"

    def __init__(self, pair: Any, layer: type[Layer], device: str):
        self.layer = layer
        self.pair, self.device, self.__file__ = pair, device, getattr(pair, "__file__", None) or wrap.file_of(pair)
        taken = matching.signature(pair.forward)
        self.forward: Callable[..., Any] = taking(taken, self._forward) if taken is not None else self._forward
        adds = "into" in (matching.signature(pair.backward) or ())
        self.backward: Callable[..., Any] = self._backward_into if adds else self._backward

    def _tensors(self, given: dict[str, Any]) -> dict[str, Any]:
        return {a: to_tensor(v, self.device) if is_array(v) else v for a, v in given.items()}

    def _forward(self, **given: Any) -> tuple[Any, Any]:
        tensors = self._tensors(given)
        out = self.pair.forward(**tensors)
        copy_back(tensors, given, self.device)
        if not is_tuple(out) or len(out) != 2:
            raise Broken("forward", f"forward returned {kind_of(out)}: return the pair (y, saved)")
        return _array(out[0]), (out[1], tensors, given)

    def _backward(self, g: np.ndarray, saved: Any, **into: Any) -> Any:
        """What the pair's own backward returns, as arrays."""
        own, tensors, given = saved
        upstream = to_tensor(g, self.device)
        out = self.pair.backward(upstream, own, **into)
        copy_back(tensors | {"g": upstream}, given | {"g": g}, self.device)
        return {a: _array(d) for a, d in out.items()} if is_dict(out) else out

    def _backward_into(self, g: np.ndarray, saved: Any, into: dict[str, np.ndarray] | None = None) -> Any:
        """The same, or the gradients added to what is in `into`."""
        if into is None:
            return self._backward(g, saved)
        tensors = self._tensors(into)
        out = self._backward(g, saved, into=tensors)
        into.update({a: _array(t) for a, t in tensors.items()})
        return out

    @property
    def jvp(self) -> Callable[..., Any] | None:
        """Forward mode, of a pair that has one."""
        return self._jvp if callable(getattr(self.pair, "jvp", None)) else None

    def _jvp(self, v: dict[str, np.ndarray], /, **given: Any) -> Any:
        tangents = self._tensors(v)
        out = self.pair.jvp(tangents, **self._tensors(given))
        copy_back(tangents, v, self.device)
        return _array(out)


def _array(v: Any) -> Any:
    return to_array(v) if isinstance(v, torch.Tensor) else v

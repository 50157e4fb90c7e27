"""PyTorch, eager: its own layer, and torch.autograd."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import torch_peers
from ...adapters.tensors import to_array, to_tensor, torch
from ...layer import Layer
from ...verify.door import parameters, taking
from . import NoPeer, Peer


class Eager(Peer):
    """y by PyTorch's function, the gradients by torch.autograd.grad."""

    def __init__(self, name: str, layer: type[Layer]):
        super().__init__(name, layer)
        try:
            module = torch_peers.peer(name)
        except LookupError as error:
            raise NoPeer(str(error)) from None
        self.function, self.settings = self.made(module.forward), getattr(module, "SETTINGS", {})
        self.without = getattr(module, "NO_GRADIENT", ())
        takes = parameters(module.forward)
        self.forward = self._forward if takes is None else taking(takes, self._forward)

    def made(self, function: Any) -> Any:
        """What is called: the function as it is."""
        return function

    def native(self, v: np.ndarray) -> Any:
        return to_tensor(v)

    def _forward(self, **given: Any) -> tuple[np.ndarray, Any]:
        tensors = {a: to_tensor(v) if isinstance(v, np.ndarray) else v for a, v in given.items()}
        moving = [a for a, v in tensors.items() if torch.is_tensor(v) and v.is_floating_point()]
        fixed = (*self.layer.constant, *self.without)
        leaves = {a: tensors[a].detach().requires_grad_() for a in moving if a not in fixed}
        y = self.function(**tensors | leaves)
        return to_array(y), (y, leaves)

    def pull(self, g: Any, saved: Any) -> dict[str, Any]:
        y, leaves = saved
        found = torch.autograd.grad(y, tuple(leaves.values()), g, retain_graph=True, allow_unused=True)
        return {a: d for a, d in zip(leaves, found, strict=True) if d is not None}

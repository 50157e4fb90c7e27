"""HIPS autograd: the twin's forward with autograd.numpy in NumPy's place."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

import numpy as np

from ...kinds import is_array
from ...layer import Layer
from ...verify.door import parameters, taking
from . import Peer
from .elsewhere import twin_in

core: Any = importlib.import_module("autograd.core")


class Hips(Peer):
    """y and what pulls g back by autograd's make_vjp."""

    def __init__(self, name: str, layer: type[Layer]):
        super().__init__(name, layer)
        module = twin_in("autograd", name)
        self.module = module
        takes = parameters(module.forward)
        self.forward = self._forward if takes is None else taking(takes, self._forward)

    def function(self, **given: Any) -> Any:
        """y, of autograd's arrays."""
        return self.module.forward(**given)[0]

    def native(self, v: np.ndarray) -> Any:
        return v

    def _forward(self, **given: Any) -> tuple[np.ndarray, Any]:
        fixed = self.layer.constant
        moving = {a: v for a, v in given.items() if is_array(v) and v.dtype.kind == "f"}
        leaves = {a: v for a, v in moving.items() if a not in fixed}
        rest = {a: v for a, v in given.items() if a not in leaves}

        def f(values: Any) -> Any:
            return self.function(**rest, **dict(zip(leaves, values, strict=True)))

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that y does not depend on x at this point
            pull, y = core.make_vjp(f, tuple(leaves.values()))
        return np.asarray(y), (pull, tuple(leaves))

    def pull(self, g: Any, saved: Any) -> dict[str, Any]:
        pull, names = saved
        return dict(zip(names, pull(g), strict=True))

"""JAX under jit: the twin's forward with jax.numpy in NumPy's place, or JAX's own layer where that is another."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from ... import jax_peers
from ...adapters.jax_float64 import float64
from ...kinds import is_array
from ...layer import Layer
from ...verify.door import parameters, taking
from . import Peer
from .elsewhere import twin_in

jax: Any = importlib.import_module("jax")
jnp: Any = importlib.import_module("jax.numpy")


class Jitted(Peer):
    """y and the residuals by jax.vjp, and the pull back of g: both jitted."""

    def __init__(self, name: str, layer: type[Layer]):
        super().__init__(name, layer)
        own = name in jax_peers.peer_names()
        module = jax_peers.peer(name) if own else twin_in("jax", name)
        self.module, self.own = module, own
        self.made: dict[Any, tuple[Any, Any]] = {}
        takes = parameters(module.forward)
        self.forward = self._forward if takes is None else taking(takes, self._forward)

    def function(self, **given: Any) -> Any:
        """y, of JAX arrays; what shapes and settings alone decide is a number and no trace."""
        with jax.ensure_compile_time_eval():
            return self.module.forward(**given) if self.own else self.module.forward(**given)[0]

    def native(self, v: np.ndarray) -> Any:
        with float64(v.dtype == np.float64):
            return jnp.asarray(v)

    def _forward(self, **given: Any) -> tuple[np.ndarray, Any]:
        arrays = {a: v for a, v in given.items() if is_array(v)}
        moving = {a: v for a, v in arrays.items() if a not in self.layer.constant and v.dtype.kind not in "biu"}
        fixed = {a: v for a, v in given.items() if a not in moving}
        wide = any(v.dtype == np.float64 for v in arrays.values())
        with float64(wide):
            run, back = self._compiled(fixed, wide)
            y, pull = run({a: jnp.asarray(v) for a, v in moving.items()})
            return np.asarray(y), (back, pull, wide)

    def _compiled(self, fixed: dict[str, Any], wide: bool) -> tuple[Any, Any]:
        """The jitted functions for these constants and settings: made once, as compiling takes a second."""
        key = wide, *((a, v.tobytes() if is_array(v) else repr(v)) for a, v in sorted(fixed.items()))
        if key not in self.made:
            held = {a: jnp.asarray(v) if is_array(v) else v for a, v in fixed.items()}

            def run(leaves: dict[str, Any]) -> Any:
                def y(moving: dict[str, Any]) -> Any:
                    return self.function(**held, **moving)

                return jax.vjp(y, leaves)

            def back(pull: Any, g: Any) -> Any:
                return pull(g)[0]

            self.made[key] = jax.jit(run), jax.jit(back)
        return self.made[key]

    def pull(self, g: Any, saved: Any) -> dict[str, Any]:
        back, pull, wide = saved
        with float64(wide):
            return jax.block_until_ready(back(pull, g))

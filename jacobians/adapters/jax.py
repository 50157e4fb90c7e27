"""JAX: a function, jitted or not, with custom_vjp or custom_jvp rules or none, Pallas kernels in interpret mode.

    jacobians check jax:my.module:my_function --layer rms_norm

The gradients are jax.vjp's for the real y; a custom_jvp is asked for its tangents, too. Arguments are matched by name
(matching.py), by order where names do not tell. float64 exists in JAX only under jax.enable_x64: that is switched on
around each call in float64, and off for the other formats, whatever the program's own setting is. Besides the numbers:

jit          traced by jax.jit, the code gives right gradients, too (a rule may not look at the values)
vmap         under jax.vmap over some g, each gets the gradient that is right for it
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from ..errors import BadFile
from ..layer import Layer
from ..verify.bound import Judged
from ..verify.door import Broken, describe, taking
from . import matching, wrap
from .jax_float64 import float64
from .many import Many
from .reproducible import Reproducible

jax: Any = importlib.import_module("jax")  # `import jax` here is this file, to a type checker
jnp: Any = importlib.import_module("jax.numpy")


def load(spec: str, layer: type[Layer]) -> JaxCode:
    """The JAX code that SPEC names, as `forward` and `backward` of arrays.

    Raises:
        BadFile: nothing is there that could be this layer.
    """
    fast = adapt(wrap.found(spec, "jax"), layer, f"jax:{spec}")
    fast.spec = spec
    return fast


def adapt(target: Any, layer: type[Layer], label: str = "") -> JaxCode:
    """A JAX function as `forward` and `backward` of arrays.

    Raises:
        BadFile: it is no function, or its arguments cannot be matched with the layer's.
    """
    label = label or getattr(target, "__name__", type(target).__name__)
    if not callable(target) or inspect.isclass(target):
        kinds = {"a module": inspect.ismodule(target), "a class": inspect.isclass(target)}
        what = next((kind for kind, so in kinds.items() if so), f"a value of type {type(target).__name__}")
        raise BadFile(f"{label} is {what}: name a function of JAX arrays that returns y")
    return (JaxMany if layer.variadic else JaxCode)(target, layer, label)


class JaxCode(Reproducible):
    """A JAX function: y by calling it, the gradients by jax.vjp."""

    adapter = "jax"

    def __init__(self, target: Any, layer: type[Layer], label: str):
        args, settings = layer().args, tuple(layer().settings)
        self.target, self.layer, self.label, self.__file__ = target, layer, label, wrap.file_of(target)
        self.positions, self.by_name = matching.in_call(target, args, settings, label)
        self.settings = tuple(s for s in settings if s in self.by_name)
        self.forward: Callable[..., Any] = taking((*args, *self.settings), self._forward)

    def _forward(self, **given: Any) -> tuple[np.ndarray, Any]:
        arrays, settings = self._parted(given)
        with _wide_as(arrays):
            f, leaves = self._differentiable(arrays, settings)
            y, pull = jax.vjp(f, *leaves.values())
            return np.asarray(self._one(y)), (pull, list(leaves), arrays)

    def backward(self, g: np.ndarray, saved: Any) -> dict[str, np.ndarray]:
        """The gradient of each argument for the upstream gradient g."""
        pull, leaves, arrays = saved
        with _wide_as(arrays):
            return {a: np.asarray(d) for a, d in zip(leaves, pull(jnp.asarray(g)), strict=True)}

    @property
    def jvp(self) -> Callable[..., np.ndarray] | None:
        """Forward mode, of a function that has its own rule: any other's is JAX's."""
        inside = inspect.unwrap(self.target, stop=lambda f: isinstance(f, jax.custom_jvp))  # of jax.jit
        return self._jvp if isinstance(inside, jax.custom_jvp) else None

    def _jvp(self, v: dict[str, np.ndarray], /, **given: Any) -> np.ndarray:
        """L · v: the tangent of y for a tangent of some arguments."""
        arrays, settings = self._parted(given)
        with _wide_as(arrays):
            f, leaves = self._differentiable(arrays, settings)
            moves = [jnp.asarray(v[a]) if a in v else jnp.zeros_like(value) for a, value in leaves.items()]
            return np.asarray(jax.jvp(f, list(leaves.values()), moves)[1])

    def contracts(self, trial: Any, g: np.ndarray, judged: dict[str, Judged]) -> list[Broken]:
        """What else JAX's users rely on (see the module)."""
        found: list[Broken] = []
        for claim, ask in (("jit", self._jitted), ("vmap", self._mapped)):
            try:
                answers = ask(trial.door().given(trial.point.values), trial.settings, g)
            except Exception as error:  # JAX has exceptions of its own by the dozen
                found.append(Broken(claim, f"under jax.{claim} it raised {describe(error, self)}"))
                continue
            wrong = [a for a, d in answers.items() if a in judged and judged[a].outside(d.reshape(1, -1)).any()]
            found += [
                Broken(claim, f"under jax.{claim} the gradient of {a} is wrong, without it right", a) for a in wrong
            ]
        return found

    def _jitted(self, given: Any, settings: Any, g: np.ndarray) -> dict[str, np.ndarray]:
        arrays = self._parted(given)[0]
        with _wide_as(arrays):
            f, leaves = self._differentiable(arrays, settings)

            def pulled(g: Any, *values: Any) -> Any:
                return jax.vjp(f, *values)[1](g)

            found = jax.jit(pulled)(jnp.asarray(g), *leaves.values())
            return {a: np.asarray(d).astype(np.float64) for a, d in zip(leaves, found, strict=True)}

    def _mapped(self, given: Any, settings: Any, g: np.ndarray) -> dict[str, np.ndarray]:
        """Of two g at once, 0 and g, the answers to the second."""
        arrays = self._parted(given)[0]
        with _wide_as(arrays):
            f, leaves = self._differentiable(arrays, settings)
            pull = jax.vjp(f, *leaves.values())[1]
            found = jax.vmap(pull)(jnp.stack([jnp.zeros_like(g), jnp.asarray(g)]))
            return {a: np.asarray(d[1]).astype(np.float64) for a, d in zip(leaves, found, strict=True)}

    def _parted(self, given: dict[str, Any]) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Arguments and settings."""
        known = self.layer().settings
        return {a: v for a, v in given.items() if a not in known}, {k: v for k, v in given.items() if k in known}

    def _differentiable(self, arrays: Any, settings: dict[str, Any]) -> tuple[Callable[..., Any], dict[str, Any]]:
        """The function of those arguments that have a derivative, and their values."""
        values = {a: jnp.asarray(v) for a, v in arrays.items()}
        moving = [a for a, v in arrays.items() if a not in self.layer.constant and v.dtype.kind not in "biu"]

        def f(*leaves: Any) -> Any:
            return self._called(values | dict(zip(moving, leaves, strict=True)), settings)

        return f, {a: values[a] for a in moving}

    def _called(self, values: dict[str, Any], settings: dict[str, Any]) -> Any:
        keywords = {self.by_name[n]: v for n, v in (values | settings).items() if n in self.by_name}
        return self.target(*(values[a] for a in self.positions), **keywords)

    def _one(self, y: Any) -> Any:
        if not isinstance(y, jax.Array):
            text = f"the function returned a value of type {type(y).__name__}: return y alone, one array of JAX's"
            raise Broken("forward", text)
        return y


class JaxMany(Many, JaxCode):
    """JAX code of a layer with any number of arguments."""

    def _called(self, values: dict[str, Any], settings: dict[str, Any]) -> Any:
        return self.target(*values.values(), **{self.by_name[n]: v for n, v in settings.items() if n in self.by_name})


def _wide_as(arrays: dict[str, np.ndarray]) -> AbstractContextManager[Any]:
    """float64, on where an array is of it."""
    return float64(any(v.dtype == np.float64 for v in arrays.values()))

"""PyTorch: an autograd.Function, an nn.Module, a function (plain, compiled, a custom op), or forward and backward.

    jacobians check torch:my.module:MyFunction --layer rms_norm
    jacobians check torch:path/to/file.py:MyModule@cuda --layer linear

The gradients are those of the real y, asked by torch.autograd.grad with g. Arguments are matched by name (matching.py),
by order where names do not tell; an nn.Module gets the layer's parameters as its own (torch.func.functional_call), so
that one module is asked in every shape. `@cuda` puts every tensor on that device. What PyTorch's users rely on besides
the numbers is in torch_contracts.py.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from ..errors import BadFile
from ..layer import Layer
from ..verify.bound import Judged
from ..verify.door import Broken, taking
from . import matching, torch_contracts, wrap
from .many import Many
from .reproducible import Reproducible
from .tensors import Tensor, share_memory, to_array, to_tensor
from .torch_call import Caller, every_shape_compiled, in_callable, in_function, quiet
from .torch_module import in_module

torch: Any = importlib.import_module("torch")  # `import torch` here is this folder's, to a type checker


def load(spec: str, layer: type[Layer]) -> TorchCode | TorchPair:
    """The PyTorch code that SPEC names, as `forward` and `backward` of arrays.

    Args:
        spec: package.module:OBJECT or file.py:OBJECT, with @DEVICE after it where that is not the CPU.

    Raises:
        BadFile: nothing is there that could be this layer, or no such device.
    """
    where, at, device = spec.rpartition("@")
    fast = adapt(wrap.found(where if at else spec, "torch"), layer, device if at else "cpu", spec)
    fast.spec = spec
    return fast


def adapt(target: Any, layer: type[Layer], device: str = "cpu", label: str = "") -> TorchCode | TorchPair:
    """An object of PyTorch's as `forward` and `backward` of arrays (see the module).

    Raises:
        BadFile: its arguments cannot be matched with the layer's, or there is no such device.
    """
    label = label or getattr(target, "__name__", type(target).__name__)
    _examine_device(device)
    if _is_pair(target):
        return TorchPair(target, layer, device)
    args, settings = layer().args, tuple(layer().settings)
    if _is_function(target):
        call, accepted = in_function(target, args, settings, label)
    elif isinstance(target, torch.nn.Module) or _is_module_class(target):
        call, accepted = in_module(target, layer, label)
    elif callable(target):
        call, accepted = in_callable(target, args, settings, label)
    else:
        raise BadFile(
            f"torch:{label} is {_kind(target)}: name an autograd.Function, an nn.Module, a function of tensors, or an "
            "object with forward and backward"
        )
    return (TorchMany if layer._many else TorchCode)(target, layer, call, accepted, device)


class TorchCode(Reproducible):
    """Differentiable PyTorch code: y by calling it, the gradients by autograd."""

    adapter = "torch"

    def __init__(self, target: Any, layer: type[Layer], call: Caller, settings: tuple[str, ...], device: str):
        self.target, self.layer, self.call, self.settings, self.device = target, layer, call, settings, device
        self.__file__ = wrap.file_of(target)
        self.forward: Callable[..., Any] = taking((*layer().args, *settings), self._forward)

    def _forward(self, **given: Any) -> tuple[np.ndarray, Any]:
        settings = {k: given.pop(k) for k in list(given) if k in self.layer().settings}
        tensors = {a: to_tensor(v, self.device) for a, v in given.items()}
        leaves = {a: tensors[a].requires_grad_() for a in self.having_gradient(tensors)}
        with every_shape_compiled(self.target):
            y = self.y_of(tensors, settings)
        self._copy_back(tensors, given)
        return to_array(y), (y, leaves, tensors, given)

    def backward(self, g: np.ndarray, saved: Any) -> dict[str, np.ndarray | None]:
        """The gradient of each argument for the upstream gradient g."""
        y, leaves, tensors, given = saved
        upstream = to_tensor(g, self.device)
        with every_shape_compiled(self.target):
            found = self.gradients(y, leaves, upstream)
        self._copy_back(tensors | {"g": upstream}, given | {"g": g})
        seen = [upstream]
        for a, d in found.items():  # passing g itself on is right in PyTorch, which copies before it adds
            if d is not None and any(share_memory(d, other) for other in seen):
                found[a] = d = d.clone()
            seen += [] if d is None else [d]
        return {a: None if d is None else to_array(d) for a, d in found.items()}

    @property
    def jvp(self) -> Callable[..., np.ndarray] | None:
        """Forward mode, of a Function that has its own: any other's is PyTorch's."""
        own = _is_function(self.target) and self.target.jvp is not torch.autograd.Function.jvp
        return self._jvp if own else None

    def _jvp(self, v: dict[str, np.ndarray], /, **given: Any) -> np.ndarray:
        """L · v: the tangent of y for a tangent of some arguments."""
        settings = {k: given.pop(k) for k in list(given) if k in self.layer().settings}
        tensors = {a: to_tensor(value, self.device) for a, value in given.items()}
        with quiet(), torch.autograd.forward_ad.dual_level():
            dual = {a: torch.autograd.forward_ad.make_dual(tensors[a], to_tensor(t, self.device)) for a, t in v.items()}
            y = torch.autograd.forward_ad.unpack_dual(self.y_of(tensors | dual, settings))
            return to_array(torch.zeros_like(y.primal) if y.tangent is None else y.tangent).copy()

    def having_gradient(self, tensors: dict[str, Tensor]) -> list[str]:
        """The arguments to differentiate by."""
        return [a for a in tensors if a not in self.layer.constant and tensors[a].is_floating_point()]

    def y_of(self, tensors: dict[str, Tensor], settings: dict[str, Any]) -> Tensor:
        """y, once it is a tensor."""
        y = self.call(tensors, settings)
        if not isinstance(y, torch.Tensor):
            raise Broken("forward", f"it returned {_kind(y)}: write a function that returns y, one tensor")
        return y

    def gradients(self, y: Tensor, leaves: dict[str, Tensor], g: Tensor) -> dict[str, Tensor | None]:
        """autograd's, by argument; None for one that y does not depend on."""
        if not y.requires_grad:
            raise Broken(
                "backward", "y has no graph: it was detached, made under no_grad, or computed outside of PyTorch"
            )
        found = torch.autograd.grad(y, list(leaves.values()), g, retain_graph=True, allow_unused=True)
        return dict(zip(leaves, found, strict=True))

    def contracts(self, trial: Any, g: np.ndarray, judged: dict[str, Judged]) -> list[Broken]:
        """What else PyTorch's users rely on (torch_contracts.py)."""
        with every_shape_compiled(self.target):
            return torch_contracts.broken(self, trial, g, judged)

    def _copy_back(self, tensors: dict[str, Tensor], given: dict[str, np.ndarray]) -> None:
        """What the code wrote into its inputs on another device shows in the arrays, where the judge looks."""
        if self.device != "cpu":
            for a, v in given.items():
                now = to_array(tensors[a])
                if v.flags.writeable and not np.array_equal(v, now, equal_nan=v.dtype.kind == "f"):
                    v[...] = now


class TorchMany(Many, TorchCode):
    """PyTorch code of a layer with any number of arguments."""


class TorchPair(Reproducible):
    """A forward and a backward written by hand, of tensors: `forward(**values) -> (y, saved)`, `backward(g, saved)`."""

    adapter = "torch"

    def __init__(self, pair: Any, layer: type[Layer], device: str):
        self.layer = layer
        self.pair, self.device, self.__file__ = pair, device, getattr(pair, "__file__", None) or wrap.file_of(pair)
        taken = matching.signature(pair.forward)
        self.forward: Callable[..., Any] = taking(taken, self._forward) if taken is not None else self._forward

    def _forward(self, **given: Any) -> tuple[Any, Any]:
        arrays = {a: to_tensor(v, self.device) if isinstance(v, np.ndarray) else v for a, v in given.items()}
        out = self.pair.forward(**arrays)
        if not isinstance(out, tuple) or len(out) != 2:
            raise Broken("forward", f"forward returned {_kind(out)}: return the pair (y, saved)")
        return _array(out[0]), out[1]

    def backward(self, g: np.ndarray, saved: Any) -> Any:
        """What the pair's own backward returns, as arrays."""
        out = self.pair.backward(to_tensor(g, self.device), saved)
        return {a: _array(d) for a, d in out.items()} if isinstance(out, dict) else out


def _is_pair(target: Any) -> bool:
    both = all(callable(getattr(target, n, None)) for n in ("forward", "backward"))
    return both and not _is_function(target) and not isinstance(target, torch.nn.Module)


def _examine_device(device: str) -> None:
    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        said = str(error).strip().splitlines()[0]
        raise BadFile(f"torch: no tensor can be put on the device {device!r}: {said}") from None


def _is_function(target: Any) -> bool:
    return isinstance(target, type) and issubclass(target, torch.autograd.Function)


def _is_module_class(target: Any) -> bool:
    return isinstance(target, type) and issubclass(target, torch.nn.Module)


def _array(v: Any) -> Any:
    return to_array(v) if isinstance(v, torch.Tensor) else v


def _kind(x: Any) -> str:
    if isinstance(x, ModuleType):
        return "a module"
    return f"a tuple of {len(x)}" if isinstance(x, tuple) else f"a value of type {type(x).__name__}"

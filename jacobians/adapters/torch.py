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
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import BadFile
from ..layer import Layer
from ..point import Point
from ..verify.bound import Judged
from ..verify.door import Broken, taking
from . import torch_contracts, wrap
from .many import Many
from .reproducible import Reproducible
from .tensors import Tensor, copy_back, share_memory, to_array, to_tensor
from .torch_call import Caller, every_shape_compiled, in_callable, in_function, kind_of, quiet
from .torch_module import fits, in_module
from .torch_pair import TorchPair

torch: Any = importlib.import_module("torch")  # `import torch` here is this folder's, to a type checker


def load(spec: str, layer: type[Layer]) -> TorchCode | TorchPair:
    """The PyTorch code that SPEC names, as `forward` and `backward` of arrays.

    Args:
        spec: package.module:OBJECT or file.py:OBJECT, with @DEVICE after it where that is not the CPU.

    Raises:
        BadFile: nothing is there that could be this layer, or no such device.
    """
    said = re.fullmatch(r"(.*)@(\w+(?::\d+)?)", spec)  # behind the object's name: a path may have an @, too
    fast = adapt(wrap.found(said[1] if said else spec, "torch"), layer, said[2] if said else "cpu", spec)
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
            f"torch:{label} is {kind_of(target)}: name an autograd.Function, an nn.Module, a function of tensors, or "
            "an object with forward and backward"
        )
    return (TorchMany if layer.variadic else TorchCode)(target, layer, call, accepted, device)


class TorchCode(Reproducible):
    """Differentiable PyTorch code: y by calling it, the gradients by autograd."""

    adapter = "torch"

    def __init__(self, target: Any, layer: type[Layer], call: Caller, settings: tuple[str, ...], device: str):
        self.target, self.layer, self.call, self.settings, self.device = target, layer, call, settings, device
        self.__file__ = wrap.file_of(target)
        self.forward: Callable[..., Any] = taking((*layer().args, *settings), self._forward)

    def takes(self, point: Point) -> bool:
        """Whether a module has the point's parameters."""
        is_module = isinstance(self.target, torch.nn.Module) or _is_module_class(self.target)
        return not is_module or fits(self.target, point.values)

    def _forward(self, **given: Any) -> tuple[np.ndarray, Any]:
        settings = {k: given.pop(k) for k in list(given) if k in self.layer().settings}
        tensors = {a: to_tensor(v, self.device) for a, v in given.items()}
        leaves = {a: tensors[a].requires_grad_() for a in self.having_gradient(tensors)}
        with every_shape_compiled(self.target):
            y = self.y_of(tensors, settings)
        copy_back(tensors, given, self.device)
        return to_array(y), (y, leaves, tensors, given)

    def backward(self, g: np.ndarray, saved: Any) -> dict[str, np.ndarray | None]:
        """The gradient of each argument for the upstream gradient g."""
        y, leaves, tensors, given = saved
        upstream = to_tensor(g, self.device)
        with every_shape_compiled(self.target):
            found = self.gradients(y, leaves, upstream)
        copy_back(tensors | {"g": upstream}, given | {"g": g}, self.device)
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
        if isinstance(settings.get("weight"), tuple):  # of the classes: PyTorch's losses take a tensor
            like = next(t for t in tensors.values() if t.is_floating_point())
            settings = settings | {"weight": like.new_tensor(settings["weight"])}
        try:
            y = self.call(tensors, settings)
        except RuntimeError as error:
            if "a leaf Variable that requires grad" not in str(error):
                raise
            text = "it writes into its argument: name a function that calls it with a copy, x.clone()"
            raise Broken("forward", text) from None
        if not isinstance(y, torch.Tensor):
            raise Broken("forward", f"the code returned {kind_of(y)}: return y alone, one tensor")
        return y

    def gradients(self, y: Tensor, leaves: dict[str, Tensor], g: Tensor) -> dict[str, Tensor | None]:
        """autograd's, by argument; None for one that y does not depend on."""
        if not y.requires_grad:
            text = "y has no graph (it was detached, made under no_grad, or computed outside of PyTorch): autograd"
            raise Broken("backward", f"{text} needs one, or write an autograd.Function with a backward")
        found = torch.autograd.grad(y, list(leaves.values()), g, retain_graph=True, allow_unused=True)
        return dict(zip(leaves, found, strict=True))

    def contracts(self, trial: Any, g: np.ndarray, judged: dict[str, Judged]) -> list[Broken]:
        """What else PyTorch's users rely on (torch_contracts.py)."""
        with every_shape_compiled(self.target):
            return torch_contracts.broken(self, trial, g, judged)


class TorchMany(Many, TorchCode):
    """PyTorch code of a layer with any number of arguments."""


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

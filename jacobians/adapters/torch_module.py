"""nn.Module: made for each point where it is a class, the layer's parameters put in the place of its own.

A class is constructed from the shapes at the point: CONSTRUCTOR says what its usual arguments mean. One instance serves
every shape, as long as its forward does not look at the shape it was made with.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from typing import Any

from ..errors import names
from ..kinds import class_of
from ..layer import Layer
from ..verify.door import Broken
from . import matching

torch: Any = importlib.import_module("torch")  # `import torch` here is this folder's, to a type checker

# argument of a constructor: the layer's arguments it may be read from, and which axes of their shape it is
CONSTRUCTOR: dict[str, tuple[tuple[str, ...], Any]] = {
    "in_features": (("W",), 1),
    "out_features": (("W",), 0),
    "in1_features": (("W",), 1),
    "in2_features": (("W",), 2),
    "in_channels": (("W",), 1),
    "out_channels": (("W",), 0),
    "kernel_size": (("W",), slice(2, None)),
    "num_embeddings": (("W",), 0),
    "embedding_dim": (("W",), 1),
    "normalized_shape": (("gamma",), slice(None)),
    **dict.fromkeys(("dim", "hidden_size", "d_model", "features", "num_features", "num_channels", "n", "size"),
                    (("gamma", "x"), -1)),
    "num_parameters": (("slope",), 0),
}  # fmt: skip


def in_module(target: Any, layer: type[Layer], label: str) -> tuple[Callable[..., Any], tuple[str, ...]]:
    """How to call a module, or a class of modules: a function of (arguments, settings), and the settings it takes."""
    made = isinstance(target, torch.nn.Module)
    cls = class_of(target) if made else target
    inner = getattr(target, "_orig_mod", target)  # of a compiled module, the one that was compiled
    settings = tuple(layer().settings)
    constructing = {} if made else matching.matched(settings, matching.signature(cls.__init__) or ())
    data = [a for a in layer().args if a not in _parameters_of(layer)]
    function = inner.forward if made else cls.forward
    taken = (matching.signature(function) or ())[0 if made else 1 :]
    calling = matching.matched([s for s in settings if s not in constructing], taken)

    def call(tensors: dict[str, Any], given: dict[str, Any]) -> Any:
        own = {constructing[s]: v for s, v in given.items() if s in constructing}
        module = target if made else _constructed(cls, tensors, own, label)
        placed = _placed(module, {a: v for a, v in tensors.items() if a not in data}, label)
        like = next(v for v in tensors.values() if v.is_floating_point())
        rest = {n: b.to(like) for n, b in module.named_buffers() if n not in placed and b.is_floating_point()}
        keywords = {calling[s]: v for s, v in given.items() if s in calling}
        return torch.func.functional_call(module, placed | rest, tuple(tensors[a] for a in data), keywords)

    return call, tuple(s for s in settings if s in constructing or s in calling)


def _parameters_of(layer: type[Layer]) -> tuple[str, ...]:
    return layer.theta


def _constructed(cls: Any, tensors: dict[str, Any], settings: dict[str, Any], label: str) -> Any:
    """An instance for these shapes.

    Raises:
        Broken: its constructor needs what the shapes do not tell.
    """
    arguments = dict(settings)
    for name, parameter in list(inspect.signature(cls.__init__).parameters.items())[1:]:
        if name in arguments or parameter.default is not inspect.Parameter.empty or parameter.kind in (2, 4):
            continue
        sources, axes = CONSTRUCTOR.get(name, ((), 0))
        source = next((a for a in sources if a in tensors), None)
        if source is None:
            text = f"{label} needs {name!r} to be made: name an instance, or a function of the layer's arguments"
            raise Broken("forward", text)
        size = tensors[source].shape[axes]
        arguments[name] = tuple(size) if isinstance(axes, slice) else size
    if "groups" in arguments and "W" in tensors:
        arguments |= {n: v for n, v in _channels(cls, tensors["W"], arguments["groups"]).items() if n in arguments}
    return cls(**arguments)


def _channels(cls: Any, W: Any, groups: int) -> dict[str, int]:
    """What a convolution in groups reads and writes: W holds the channels of one group along its second axis."""
    outer, inner = W.shape[0], W.shape[1] * groups
    transposed = issubclass(cls, torch.nn.modules.conv._ConvTransposeNd)
    return dict(zip(("in_channels", "out_channels"), (outer, inner) if transposed else (inner, outer), strict=True))


def fits(target: Any, values: dict[str, Any]) -> bool:
    """Whether gamma has as many axes as the module's own (a class told one length has one), and x those it takes."""
    if "x" in values and not _takes_axes(target, values["x"].ndim):
        return False
    if "gamma" not in values:
        return True
    if isinstance(target, torch.nn.Module):
        own = {n.rpartition(".")[2]: p for n, p in target.named_parameters()}
        which = matching.matched(["gamma"], own)
        return "gamma" not in which or own[which["gamma"]].dim() == values["gamma"].ndim
    told = inspect.signature(target.__init__).parameters
    return values["gamma"].ndim == 1 or not any(CONSTRUCTOR.get(n, ((), 0))[0][-2:] == ("gamma", "x") for n in told)


def _takes_axes(target: Any, n: int) -> bool:
    """What a normalisation of PyTorch's says of an x of n axes before it looks at its numbers."""
    examine = getattr(target if isinstance(target, type) else class_of(target), "_check_input_dim", None)
    if examine is None:
        return True
    try:
        examine(target, torch.empty((1,) * n))
    except ValueError:
        return False
    return True


def _placed(module: Any, theta: dict[str, Any], label: str) -> dict[str, Any]:
    """{the module's name of a parameter or buffer: the layer's tensor for it}.

    Raises:
        Broken: parameters that cannot be matched one to one.
    """
    prefix = "_orig_mod." if hasattr(module, "_orig_mod") else ""
    own = [n for n, _ in module.named_parameters()]
    buffers = [n for n, b in module.named_buffers() if b.is_floating_point()]
    last = {n.rpartition(".")[2]: n for n in (*buffers, *own)}
    which = {a: last[p] for a, p in matching.matched(list(theta), last).items()}
    if (len(which) < len(theta) or set(own) - set(which.values())) and len(own) == len(theta):
        which = dict(zip(theta, own, strict=True))  # in the layer's order
    stray = [n.removeprefix(prefix) for n in own if n not in which.values()]
    if len(which) < len(theta) or stray:
        has = names(n.removeprefix(prefix) for n in own)
        mend = "name them alike, or write a function of the layer's arguments that calls it"
        raise Broken("forward", f"{label} has the parameters {has}, the layer has {names(theta)}: {mend}")
    return {which[a]: v for a, v in theta.items()}

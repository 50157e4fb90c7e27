"""How PyTorch code is called: an autograd.Function by position, a function or an operator by name where names tell."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from importlib import import_module
from types import ModuleType
from typing import Any

from ..errors import BadFile, names
from ..kinds import is_tuple
from ..verify.door import Broken, taking
from . import matching
from .tensors import Tensor

torch: Any = importlib.import_module("torch")  # `import torch` here is this folder's, to a type checker

Caller = Callable[[dict[str, Tensor], dict[str, Any]], Any]  # (arguments, settings) -> y


def in_function(target: Any, args: Any, settings: Any, label: str) -> tuple[Caller, tuple[str, ...]]:
    """autograd.Function: `apply` takes the parameters of forward by position, ctx left out."""
    taken = matching.signature(target.forward) or tuple(args)
    old = target.setup_context is torch.autograd.Function.setup_context  # forward(ctx, …)
    taken = taken[1:] if old and len(taken) > 0 and matching.signature(target.forward) else taken
    which = matching.matched([*args, *settings], taken)
    if not all(a in which for a in args):
        if len(taken) < len(args):
            raise BadFile(f"{label}.forward takes {names(taken)}, and the layer has the arguments {names(args)}")
        which = dict(zip(args, taken, strict=False)) | {s: p for s, p in which.items() if s in settings}
    defaults = matching.defaults(target.forward)

    def call(tensors: dict[str, Tensor], given: dict[str, Any]) -> Any:
        said = {which[name]: v for name, v in (tensors | given).items() if name in which}
        last = max(taken.index(p) for p in said)
        missing = [p for p in taken[:last] if p not in said and p not in defaults]
        if missing:
            mend = f"write a function of {names(args)} that calls {label}.apply"
            raise Broken("forward", f"{label}.forward needs {names(missing)}, which the layer does not have: {mend}")
        return target.apply(*(said.get(p, defaults.get(p)) for p in taken[: last + 1]))

    return call, tuple(s for s in settings if s in which)


def in_callable(target: Any, args: Any, settings: Any, label: str) -> tuple[Caller, tuple[str, ...]]:
    """A function, compiled or not, or a custom operator."""
    positions, by_name = matching.in_call(_signed(target), args, settings, label)

    def call(tensors: dict[str, Tensor], given: dict[str, Any]) -> Any:
        keywords = {by_name[n]: v for n, v in (tensors | given).items() if n in by_name}
        order = list(tensors) if positions and positions[0] not in tensors else positions
        out = target(*(tensors[a] for a in order if a in tensors), **keywords)
        if isinstance(out, torch.nn.Module):
            raise Broken("forward", f"{label} returned a module: name the class, or an instance of it")
        return out

    return call, tuple(s for s in settings if s in by_name)


def _signed(target: Any) -> Any:
    """What tells the parameters of a target: of an operator registered with torch.library its schema."""
    overload = getattr(target, "_opoverload", None) or getattr(target, "default", target)
    if not hasattr(overload, "_schema"):
        return target
    return taking(tuple(argument.name for argument in overload._schema.arguments), target)


def every_shape_compiled(target: Any) -> AbstractContextManager[Any]:
    """A compiled function gives up compiling after a few shapes; on trial it must be itself in every one."""
    compiled = hasattr(target, "_torchdynamo_orig_callable") or "OptimizedModule" in type(target).__name__
    if not compiled:
        return nullcontext()
    config: Any = import_module("torch._dynamo").config
    aot: Any = import_module("torch._functorch.config")

    limits = [n for n in ("recompile_limit", "cache_size_limit") if hasattr(config, n)]
    limits += [f"accumulated_{n}" for n in limits if hasattr(config, f"accumulated_{n}")]
    stack = ExitStack()
    stack.enter_context(quiet())
    stack.enter_context(config.patch(dict.fromkeys(limits, 10_000)))
    if hasattr(aot, "donated_buffer"):
        stack.enter_context(aot.patch(donated_buffer=False))  # such a graph could not be asked for a second g
    return stack


def kind_of(x: Any) -> str:
    """What arrived, for a sentence."""
    if isinstance(x, ModuleType):
        return "a module"
    return f"a tuple of {len(x)}" if is_tuple(x) else f"a value of type {type(x).__name__}"


@contextmanager
def quiet() -> Generator[None]:
    """Without PyTorch's warnings about PyTorch: where warnings are errors they would be laid at the code's door."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield

"""What functions and classes take (`Place.found`), and the names that a function reads and nobody defines."""

from __future__ import annotations

import builtins
import dis
import inspect
from types import FunctionType
from typing import Any

from ..errors import names
from .place import Found


def taken(v: Any) -> Found:
    """A function or a class, with what it takes."""
    if inspect.isfunction(v):
        return Found("function", _parameters(v, 0))
    methods = {n: _method(v, n) for n in dir(v) if not n.startswith("__") and callable(inspect.getattr_static(v, n))}
    written = (pair for base in v.__mro__[:-1] for pair in vars(base).items())  # operators, too, but not object's
    own = {n for n, m in written if isinstance(m, staticmethod | classmethod | FunctionType)}
    methods |= {n: _method(v, n) for n in own - {"__init__"}}
    made = inspect.getattr_static(v, "__init__", None)
    return Found("class", _parameters(made, 1) if isinstance(made, FunctionType) else (), methods)


def _method(cls: type, name: str) -> tuple[str, ...] | None:
    method = inspect.getattr_static(cls, name)
    inner = getattr(method, "__func__", method)
    return _parameters(inner, 0 if isinstance(method, staticmethod) else 1)


def _parameters(function: Any, skipped: int) -> tuple[str, ...] | None:
    try:
        found = list(inspect.signature(function).parameters.values())[skipped:]
    except (TypeError, ValueError):
        return None
    return None if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in found) else tuple(p.name for p in found)


def undefined(function: Any) -> str:
    """': forward reads W, x and b …': every name the function reads that is nowhere defined, and what was meant."""
    inner, obj = getattr(function, "__func__", function), getattr(function, "__self__", None)
    if not isinstance(inner, FunctionType):
        return ""
    code, scope = inner.__code__, inner.__globals__
    instructions = list(dis.get_instructions(inner))
    loaded = {i.argval for i in instructions if i.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    missing = [n for n in code.co_names if n in loaded and n not in scope and not hasattr(builtins, n)]
    meant = [
        f"self.{n}" if hasattr(obj, n) else next((p for p in code.co_varnames if p.startswith(n)), n) for n in missing
    ]
    if not missing:
        return ""
    mend = f"; write {names(meant)}" if meant != missing else ""
    return f": {inner.__name__} reads {names(missing)}, defined nowhere{mend}"

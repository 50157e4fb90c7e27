"""What a student reads when a name is not there: the same sentences as at home (jacobians/adapters/local.py)."""

from __future__ import annotations

import ast
import builtins
import difflib
import dis
import types
from collections.abc import Iterable
from typing import Any

import numpy as np

from .kinds import is_array, is_dict


def kind_of(value: Any) -> str:
    """'an object of class Linear', 'an ndarray of complex128', 'a generator': what it is, for a sentence."""
    if is_array(value):
        return f"an ndarray of {value.dtype}" + (", masked" if np.ma.is_masked(value) else "")
    if value is None:
        return "None"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    name = type(value).__name__
    return f"a {name}" if type(value).__module__ == "builtins" else f"an object of class {name}"


def piece(thing: Any, name: str) -> Any:
    """An attribute ("dW"), or an item ("['W1']").

    Raises:
        NotThere: with what there is.
    """
    key = ast.literal_eval(name)[0] if name.startswith("[") else name
    try:
        return thing[key] if name.startswith("[") else getattr(thing, name)
    except (AttributeError, KeyError, IndexError):
        there = [str(n) for n in (thing if is_dict(thing) else getattr(thing, "__dict__", {}))]
        there = there if isinstance(thing, dict) else [n for n in there if not n.startswith("_")]
        text = f"{kind_of(thing)} has no {key!r} (it has {names(there[:12])}).{nearest(str(key), there)}"
        raise NotThere(text) from None


class NotThere(Exception):
    """A name that nothing has; says what there is."""


def names(items: Iterable[str]) -> str:
    """'x, W and b', for a sentence; 'none' when there are none."""
    listed = list(items)
    if not listed:
        return "none"
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"


def nearest(name: str, known: Iterable[str]) -> str:
    """' Did you mean …?' when a known name is near, else an empty string."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" Did you mean {close[0]!r}?" if close else ""


def undefined(function: Any) -> str:
    """': forward reads W, x and b …': every name the function reads that is nowhere defined, and what was meant."""
    inner, obj = getattr(function, "__func__", function), getattr(function, "__self__", None)
    if not isinstance(inner, types.FunctionType):
        return ""
    code, scope = inner.__code__, inner.__globals__
    loaded = {i.argval for i in dis.get_instructions(inner) if i.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    missing = [n for n in code.co_names if n in loaded and n not in scope and not hasattr(builtins, n)]
    meant = [
        f"self.{n}" if hasattr(obj, n) else next((p for p in code.co_varnames if p.startswith(n)), n) for n in missing
    ]
    mend = f"; write {names(meant)}" if meant != missing else ""
    return f": {inner.__name__} reads {names(missing)}, defined nowhere{mend}" if missing else ""

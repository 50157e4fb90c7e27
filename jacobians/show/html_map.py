"""A map without numbers as HTML: what it computes, its arguments, its settings, its formulas. Nothing is evaluated."""

from __future__ import annotations

import sys
from html import escape
from types import ModuleType
from typing import TYPE_CHECKING

from .formulas import formulas
from .html_matrix import STYLE

if TYPE_CHECKING:
    from ..batch import Batch
    from ..layer import Layer
    from ..point import Map


def layer_html(layer: Layer) -> str:
    """A layer: its equation, what it takes, its settings with the usual ones beside them, its numbered formulas."""
    module = _own_module(type(layer))
    equation = f": {layer.equation()}" if module else ""
    head = f"<b>{escape(repr(layer))}</b>{escape(equation)}"
    said = [*_arguments(layer), *_settings(layer)]
    if layer.interacts:
        said.append("its examples interact: the arguments are the whole batch")
    written = "\n".join(formulas(module)) if module else ""
    return _framed(head, said, f"<pre>{escape(written)}</pre>" if written else "")


def batch_html(batch: Batch) -> str:
    """A batch: which arguments have an axis of examples, and below it the map of one example."""
    own = [a for a in batch.args if a not in batch.shared]
    said = [f"with an axis of examples in front: {', '.join(own) or 'none'}"]
    said.append(f"the same for all examples: {', '.join(batch.shared) or 'none'}")
    inner = getattr(batch.map, "_repr_html_", lambda: "")()
    return _framed(f"<b>{escape(repr(batch))}</b>: of one example", said) + inner


def _own_module(layer: type[Layer]) -> ModuleType | None:
    """The module whose docstring is about this layer, beginning with its name; None for a class defined elsewhere."""
    module = sys.modules.get(layer.__module__)
    begins = (getattr(module, "__doc__", "") or "").strip().startswith(f"{layer.__name__}: ")
    return module if begins else None


def _arguments(map: Map) -> list[str]:
    x = [a for a in map.args if a not in (*map.theta, *map.constant)]
    kinds = {"arguments": x, "parameters θ": map.theta, "constant, without a Jacobian": map.constant}
    return [f"{kind}: {', '.join(which)}" for kind, which in kinds.items() if which]


def _settings(layer: Layer) -> list[str]:
    said: list[str] = []
    for name, value in layer.settings.items():
        usual = getattr(type(layer), name)
        said.append(f"{name} = {value!r}" + ("" if repr(value) == repr(usual) else f" (usually {usual!r})"))
    return [f"settings: {', '.join(said)}"] if said else []


def _framed(head: str, said: list[str], below: str = "") -> str:
    lines = "".join(f"<br>{escape(line)}" for line in said)
    return f'{STYLE}<div class="jac">{head}{lines}{below}</div>'

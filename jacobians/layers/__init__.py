"""The layers: one file each, found by looking. No list names them all; a new file is a new layer everywhere.

from jacobians.layers import Linear        the class, by its name
find("leaky_relu")                         the class, by the name of its file
find_all()                                 {file name: class}, in alphabetical order
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from typing import Any

from ..errors import LayerDefinitionError, UnknownName, nearest
from ..layer import Layer


def layer_names() -> list[str]:
    """The names of all layers, which are the names of their files; nothing is imported for it."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def find(name: str) -> type[Layer]:
    """The layer class in the file `name`.

    Raises:
        UnknownName: no such file here, with the nearest name.
        LayerDefinitionError: the file has no layer, or does not begin with its equation.
    """
    if name not in layer_names():
        known = layer_names()
        raise UnknownName(
            f"no layer is called {name!r}.{nearest(name, known)} `jacobians layers` lists all {len(known)}; for one of "
            "your own, call jacobians.check_function or begin with `jacobians new layer NAME`"
        )
    module = importlib.import_module(f"{__name__}.{name}")
    found = next((c for c in vars(module).values() if _is_layer(c) and c.__module__ == module.__name__), None)
    if found is None:
        raise LayerDefinitionError(f"layers/{name}.py defines no layer: write `class NAME(Layer):` with its formulas")
    if not found.equation() and sys.flags.optimize < 2:  # `python -OO` leaves docstrings out
        first = f'"""{found.__name__}: y = …, in one line.'
        raise LayerDefinitionError(f"layers/{name}.py does not begin with its equation: write `{first}` at its top")
    return found


def find_all() -> dict[str, type[Layer]]:
    """Every layer, by name."""
    return {name: find(name) for name in layer_names()}


def name_of(layer: Layer | type[Layer]) -> str:
    """The name a layer goes by on the command line: its file's, or its part's of a convention; else its class's."""
    cls = layer if isinstance(layer, type) else type(layer)
    package, _, name = cls.__module__.rpartition(".")
    return name if package in (__name__, "convention") else cls.__name__


def _is_layer(c: Any) -> bool:
    return isinstance(c, type) and issubclass(c, Layer) and c is not Layer and bool(c.signature)


def __getattr__(name: str) -> Any:
    """`from jacobians.layers import LeakyReLU` finds leaky_relu.py."""
    for stem in layer_names():
        if stem.replace("_", "") == name.lower():
            return find(stem)
    raise AttributeError(f"module {__name__!r} has no layer {name!r}")


def __dir__() -> list[str]:
    return [cls.__name__ for cls in find_all().values()]

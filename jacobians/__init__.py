"""Backpropagation with its Jacobians written out: every layer's L, the literal g · L, and the verdict on fast code."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .adapters.loose import check_function as check_function
    from .adapters.loose import function_layer as function_layer
    from .batch import Batch as Batch
    from .chain import Chain as Chain
    from .graph import Graph as Graph
    from .layer import Layer as Layer
    from .point import Map as Map
    from .point import Point as Point
    from .verify.at_point import check_point as check_point
    from .verify.check import check as check

__version__ = "0.5.0"

# Each name with the module it lives in, imported at first use: `jacobians --version` must not wait for NumPy.
_HOME = {
    "Batch": "batch", "Chain": "chain", "Graph": "graph", "Layer": "layer", "Map": "point", "Point": "point",
    "check": "verify.check", "check_function": "adapters.loose", "check_point": "verify.at_point",
    "function_layer": "adapters.loose",
}  # fmt: skip
__all__ = [
    "Batch",
    "Chain",
    "Graph",
    "Layer",
    "Map",
    "Point",
    "check",
    "check_function",
    "check_point",
    "function_layer",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'jacobians' has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

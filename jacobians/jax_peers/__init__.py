"""JAX's own layers, where they are more than the twin's forward with jax.numpy in NumPy's place; found by looking.

Each has `forward`, batched, of JAX arrays, with the layer's settings; `jacobians bench` runs against them.
JAX is imported when one of them is.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType


def peer_names() -> list[str]:
    """The layers that are here."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))


def peer(name: str) -> ModuleType:
    """The peer of a layer.

    Raises:
        ImportError: JAX is not installed, or the layer is not here.
    """
    return importlib.import_module(f"{__name__}.{name}")

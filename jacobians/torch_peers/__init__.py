"""PyTorch's own layers: one file a layer that PyTorch has too, under the layer's name; found by looking.

Each has `forward`, batched, of torch tensors, with the settings of the layer that PyTorch has too. SETTINGS holds what
is PyTorch's choice at a kink or a tie; NO_GRADIENT names the arguments that PyTorch has no derivative by. They are a
fourth leg beside formula, twin and difference quotient (tests/test_torch_peers.py), and who `jacobians bench` runs
against. PyTorch is imported when one of them is.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType


def peer_names() -> list[str]:
    """The layers that PyTorch has too."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))


def peer(name: str) -> ModuleType:
    """The peer of a layer.

    Raises:
        ImportError: PyTorch is not installed.
        LookupError: it has no such layer.
    """
    if name not in peer_names():
        raise LookupError(f"PyTorch has no {name} of its own")
    return importlib.import_module(f"{__name__}.{name}")

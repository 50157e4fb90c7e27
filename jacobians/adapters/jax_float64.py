"""float64 in JAX, which has it only where it is switched on: around one call, whatever the program's setting is."""

from __future__ import annotations

import importlib
from contextlib import AbstractContextManager
from typing import Any

jax: Any = importlib.import_module("jax")


def float64(on: bool) -> AbstractContextManager[Any]:
    """jax.enable_x64, or what it was called before JAX 0.8."""
    home = jax if hasattr(jax, "enable_x64") else importlib.import_module("jax.experimental")
    return home.enable_x64(on)

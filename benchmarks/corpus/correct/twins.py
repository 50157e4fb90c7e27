"""Every reference twin: as it is in float64 and float32, and with float32 inside in float16 and bfloat16."""

from __future__ import annotations

import importlib
import pkgutil

import reference

from ..case import Case, InFloat32


def cases() -> list[Case]:
    names = sorted(m.name for m in pkgutil.iter_modules(reference.__path__) if not (m.ispkg or m.name[0] == "_"))
    found: list[Case] = []
    for name in names:
        twin = importlib.import_module(f"reference.{name}")
        found.append(Case(f"twins/{name}", name, twin, True))
        found.append(Case(f"twins/{name}, float32 inside", name, InFloat32(twin), True, ("float16", "bfloat16")))
    return found

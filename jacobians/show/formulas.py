"""The mathematics as a file's docstring has it: its numbered lines."""

from __future__ import annotations

import inspect
import re
from textwrap import dedent
from types import ModuleType

_NUMBERED = re.compile(r"\((\d+)\)( +\((\d+)\))*\s*$")


def formulas(module: ModuleType) -> list[str]:
    """The lines of a module's docstring that carry the number of an equation, as they stand there."""
    lines = (inspect.getdoc(module) or "").splitlines()
    kept = [line.rstrip() for line in lines[1:] if _NUMBERED.search(line) and "  (" in line]
    return dedent("\n".join(kept)).splitlines()

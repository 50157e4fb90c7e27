"""The platforms of courses: one file each, found by looking.

    HELP                                          one line
    render(result, assignment, seconds) -> str    the file that the platform reads, or what it wants on standard output
    bundle(assignment, wheels) -> (name, bytes)   what is uploaded there, where there is such a thing
    note(assignment) -> str                       what is to be known of that, where there is something

Nothing of a result that holds expected numbers or a seed is ever rendered: what a student may read goes out, no more.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, cast

from ...errors import UnknownName, names, nearest
from ..assignment import Assignment

Result = dict[str, Any]


class Platform(Protocol):
    """A module of this package."""

    HELP: str
    render: Callable[[Result, Assignment, float], str]
    bundle: Callable[[Assignment, Path | None], tuple[str, bytes]]


def said_by(platform: Platform, assignment: Assignment) -> str:
    """What is to be known of a bundle, such as what the platform cannot hide; empty where there is nothing."""
    note: Callable[[Assignment], str] | None = getattr(platform, "note", None)
    return note(assignment) if note else ""


def platform_names() -> list[str]:
    """The platforms there are."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))


def find_platform(name: str, needs: str = "render") -> Platform:
    """The module of a platform.

    Args:
        needs: what it must have, render or bundle.

    Raises:
        UnknownName: there is none of this name, or it has no such thing.
    """
    known = {n: importlib.import_module(f"{__name__}.{n}") for n in platform_names()}
    able = [n for n, module in known.items() if hasattr(module, needs)]
    if name not in able:
        what = f"there is no platform {name!r}" if name not in known else f"{name} has nothing to {needs}"
        raise UnknownName(f"{what}: write one of {names(able)}.{nearest(name, able)}")
    return cast(Platform, known[name])

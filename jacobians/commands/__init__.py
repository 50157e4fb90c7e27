"""The commands of the command line: one file each, found by looking.

    HELP                  one line for `jacobians --help`
    arguments(parser)     what it takes
    run(args) -> int      carries it out and returns the exit status

A command's file imports nothing heavy at its top (`jacobians --version` reads them all): what does the work is imported
in `run`. The words of a command's arguments are checked there too, by `JacobiansError`.
"""

from __future__ import annotations

import importlib
import pkgutil
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Protocol, cast


class Command(Protocol):
    """A module of this package."""

    HELP: str
    arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], int]


def commands() -> dict[str, Command]:
    """Every command by its name, a file's name with - for _."""
    found = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    return {n.replace("_", "-"): cast(Command, importlib.import_module(f"{__name__}.{n}")) for n in found}

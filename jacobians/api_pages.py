"""The API reference: pdoc's pages of every module, from its docstrings (shapes, errors raised, numbered formulas)."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from .errors import BadFile, UnknownName

PACKAGES = ("jacobians", "reference")


def write_pages(out: str | Path, packages: tuple[str, ...] = PACKAGES) -> int:
    """Write one page for each module and return how many.

    Args:
        out: a folder; it is made if it is not there, and pages of an earlier run are written over.
        packages: modules, with whatever lies below them.

    Raises:
        UnknownName: pdoc is not installed.
        BadFile: the folder cannot be written to.
    """
    try:
        pdoc: Any = import_module("pdoc")
        render: Any = import_module("pdoc.render")
    except ImportError:
        raise UnknownName("the API reference is written by pdoc: pip install '.[docs]'") from None
    _resolve_lazy_names()
    render.configure(docformat="google", search=True)
    found = {name: there for package in packages for name, there in _modules(package)}
    left_out = [f"!{name}" for name, there in found.items() if not there]
    try:
        pdoc.pdoc(*packages, *left_out, output_directory=Path(out))
    except OSError as error:
        raise BadFile(f"--out {out}: cannot be written to ({error.strerror})") from None
    return len(found) - len(left_out)


def _resolve_lazy_names() -> None:
    """Those of `jacobians` itself are imported at first use, which pdoc does not wait for; its modules count, too."""
    package = importlib.import_module("jacobians")
    for name in package._HOME:
        setattr(package, name, getattr(package, name))
    below = [found.name for found in pkgutil.iter_modules(package.__path__)]
    setattr(package, "__all__", [*package._HOME, *below])  # noqa: B010  a module's type has no such attribute


def _modules(name: str) -> Iterator[tuple[str, bool]]:
    """The module and all below it, and whether it is for the reference: not if its library is not installed."""
    try:
        module = importlib.import_module(name)
    except ImportError:
        yield name, False
        return
    yield name, True
    for found in pkgutil.iter_modules(getattr(module, "__path__", [])):
        if found.name == "__main__":
            yield f"{name}.{found.name}", False
        else:
            yield from _modules(f"{name}.{found.name}")

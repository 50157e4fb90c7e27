"""Where errors are made, read from the source; and which of those places something came by while it ran."""

import argparse
import ast
import contextlib
import importlib
import json
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import jacobians
from jacobians.__main__ import main
from jacobians.errors import JacobiansError
from jacobians.layers import find
from jacobians.verify.check import check
from jacobians.verify.load import load_file
from jacobians.verify.report import details

FOLDER = Path(jacobians.__file__).parent
# What cannot be imported without a library:
NEEDS = {"adapters/torch": "torch", "adapters/jax": "jax", "timing/peers/eager": "torch"}
ERRORS: tuple[type[Exception], ...] = (JacobiansError, argparse.ArgumentTypeError)  # the latter of a word
NEVER_MET = {"NotLifted"}  # Batch, which asks for it, then takes the examples one by one


@cache
def trees(folder: Path = FOLDER) -> dict[str, ast.Module]:
    """The parsed files under a folder, by their paths in it."""
    return {p.relative_to(folder).as_posix(): ast.parse(p.read_text("utf-8")) for p in sorted(folder.rglob("*.py"))}


@cache
def error_names(folder: Path = FOLDER, kinds: tuple[type[Exception], ...] = ERRORS) -> frozenset[str]:
    """The classes of errors that a person can meet: these, and what is derived from them, wherever defined."""
    known, before = {kind.__name__ for kind in kinds}, set[str]()
    while known != before:
        before = set(known)
        for node in (n for tree in trees(folder).values() for n in ast.walk(tree) if isinstance(n, ast.ClassDef)):
            if any(isinstance(base, ast.Name) and base.id in known for base in node.bases):
                known.add(node.name)
    return frozenset(known - NEVER_MET)


def made_in(path: str, folder: Path = FOLDER, kinds: tuple[type[Exception], ...] = ERRORS) -> dict[int, ast.Call]:
    """Where a file makes such an error: the call, by its first line."""
    calls = [n for n in ast.walk(trees(folder)[path]) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    return {n.lineno: n for n in calls if n.func.id in error_names(folder, kinds)}  # type: ignore[attr-defined]


@contextlib.contextmanager
def recorded(
    folder: Path = FOLDER, kinds: tuple[type[Exception], ...] = ERRORS
) -> Iterator[dict[tuple[str, int], list[str]]]:
    """The (file, line) of every such error that is made inside, whoever catches it, and what each said."""
    came_by: dict[tuple[str, int], list[str]] = {}

    def noting(own: Callable[..., None]) -> Callable[..., None]:
        def made(error: BaseException, *args: Any) -> None:
            own(error, *args)
            frame = sys._getframe(1)
            path = Path(frame.f_code.co_filename)
            if path.is_relative_to(folder):
                path = path.relative_to(folder).as_posix()
                for line in (n for n, call in made_in(path, folder, kinds).items() if _at(frame.f_lineno, call)):
                    came_by.setdefault((path, line), []).append(str(error))

        return made

    with pytest.MonkeyPatch.context() as patch:
        for kind in kinds:
            patch.setattr(kind, "__init__", noting(kind.__init__), raising=False)
        yield came_by


def cases_of(package: ModuleType) -> dict[str, dict[str, Callable[["At"], Any]]]:
    """The cases of a package: those of all its modules, by the file that makes what they meet."""
    found: dict[str, dict[str, Callable[[At], Any]]] = {}
    for one in sorted(pkgutil.iter_modules(package.__path__)):
        own = importlib.import_module(f"{package.__name__}.{one.name}").CASES
        assert not own.keys() & found.keys(), "a file has cases in two places"
        found |= own
    return found


def skip_without_its_library(path: str) -> None:
    """Skip the test of a file that cannot be imported here."""
    for begins, library in NEEDS.items():
        if path.startswith(begins):
            pytest.importorskip(library, reason=f"no {library} here: nothing of {path} was met")


def _at(line: int, call: ast.Call) -> bool:
    return call.lineno <= line <= (call.end_lineno or call.lineno)


def assert_help(text: str) -> None:
    """One line of one or two sentences; a third may ask what was meant."""
    assert text == " ".join(text.split())
    own = re.sub(r"'[^']*'|`[^`]*`|\([^()]*\)", "…", text.partition("Did you mean")[0])
    assert len(re.split(r"(?<=[.?!]) (?=[A-Z])", own.strip())) <= 2, own
    assert "Traceback" not in text


class At:
    """What a case has at hand: a folder of its own, and the command line."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]):
        self.folder, self.patch, self.capture = folder, patch, capture

    def file(self, text: str | bytes = "", name: str = "mine.py") -> str:
        """Write a file; its path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def judged(self, text: str, layer: str = "relu", formats: tuple[str, ...] = ("float64",), **settings: Any) -> str:
        """What the report on a file says of its failures, as the command line does, at the first point that fails."""
        return self.reported(load_file(self.file(text)), layer, formats, **settings)

    def reported(self, fast: Any, layer: Any = "relu", formats: tuple[str, ...] = ("float64",), **settings: Any) -> str:
        """What the report on code that is loaded says of its failures."""
        layer = find(layer) if isinstance(layer, str) else layer
        return details(check(fast, layer, formats, settings=settings, until_failure=True, lengths=()), notes=False)

    def notebook(self, *cells: str) -> str:
        """A notebook of these cells, as text."""
        made = [{"cell_type": "code", "source": text, "metadata": {}} for text in cells]
        return json.dumps({"cells": made, "nbformat": 4, "nbformat_minor": 5, "metadata": {}})

    def without(self, package: str) -> None:
        """As where the package is not installed."""
        self.patch.setitem(sys.modules, package, None)

    def failing(self, target: Any, name: str, error: BaseException) -> None:
        """What the system refuses when it is asked."""

        def refuse(*args: Any, **kwargs: Any) -> Any:
            raise error

        self.patch.setattr(target, name, refuse)

    def standing_in(self, package: str, **held: Any) -> None:
        """As where the package is installed, and holds this."""
        self.patch.setitem(sys.modules, package, SimpleNamespace(**held))

    def typed_well(self, *words: str) -> None:
        """Type a command that can be carried out, for what it leaves behind."""
        self.patch.chdir(self.folder)
        assert main([*words]) == 0

    def typed(self, *words: str, after: bool = False) -> str:
        """Type a command that cannot be carried out: the one line that says so, with status 2.

        Nothing stands before it, but where it shows `after` the work is done only: a file that cannot be written.
        """
        self.patch.chdir(self.folder)
        self.capture.readouterr()
        try:
            status = main([*words])
        except SystemExit as stop:  # argparse
            status = stop.code
        out, err = self.capture.readouterr()
        assert status == 2, (status, out, err)
        assert not out or after, out
        [line] = err.splitlines()
        assert line.startswith("jacobians: ")
        return line.removeprefix("jacobians: ")

"""Where errors are made, read from the source; and which of those places something came by while it ran."""

import argparse
import ast
import contextlib
import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import jacobians
from jacobians.__main__ import main
from jacobians.errors import JacobiansError

FOLDER = Path(jacobians.__file__).parent
NEVER_MET = {"NotLifted"}  # Batch, which asks for it, then takes the examples one by one


@cache
def trees(folder: Path = FOLDER) -> dict[str, ast.Module]:
    """The parsed files under a folder, by their paths in it."""
    return {p.relative_to(folder).as_posix(): ast.parse(p.read_text("utf-8")) for p in sorted(folder.rglob("*.py"))}


@cache
def error_names(folder: Path = FOLDER) -> frozenset[str]:
    """The classes of errors that a person can meet: JacobiansError's, wherever defined, and argparse's of a word."""
    known, before = {"JacobiansError", "ArgumentTypeError"}, set[str]()
    while known != before:
        before = set(known)
        for node in (n for tree in trees(folder).values() for n in ast.walk(tree) if isinstance(n, ast.ClassDef)):
            if any(isinstance(base, ast.Name) and base.id in known for base in node.bases):
                known.add(node.name)
    return frozenset(known - NEVER_MET)


def made_in(path: str, folder: Path = FOLDER) -> dict[int, ast.Call]:
    """Where a file makes such an error: the call, by its first line."""
    calls = [n for n in ast.walk(trees(folder)[path]) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    return {n.lineno: n for n in calls if n.func.id in error_names(folder)}  # type: ignore[attr-defined]


@contextlib.contextmanager
def recorded(folder: Path = FOLDER) -> Iterator[set[tuple[str, int]]]:
    """The (file, line) of every such error that is made inside, whoever catches it."""
    came_by: set[tuple[str, int]] = set()

    def made(error: BaseException, *args: Any) -> None:
        frame = sys._getframe(1)
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(folder):
            path = path.relative_to(folder).as_posix()
            came_by.update((path, n) for n, call in made_in(path, folder).items() if _at(frame.f_lineno, call))

    with pytest.MonkeyPatch.context() as patch:
        for kind in (JacobiansError, argparse.ArgumentTypeError):
            patch.setattr(kind, "__init__", made, raising=False)
        yield came_by


def _at(line: int, call: ast.Call) -> bool:
    return call.lineno <= line <= (call.end_lineno or call.lineno)


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

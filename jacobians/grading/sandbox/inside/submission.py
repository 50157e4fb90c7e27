"""The student's file: run once, looked into, and its exceptions told in one sentence."""

from __future__ import annotations

import functools
import inspect
import linecache
import sys
import traceback
from types import FunctionType, ModuleType
from typing import Any

from .imports import Submitted, module_name

TEXT = 1000  # characters of a message


class Failed(Exception):
    """The student's code failed; says how."""


class Submission:
    """One file, and those that came with it."""

    def __init__(self, filename: str, source: bytes, given: dict[str, Any], others: dict[str, bytes]):
        """Run the file.

        Raises:
            Failed: it is no Python, or raised an exception.
        """
        self.filename = filename
        self.files = {**others, filename: source}
        sys.meta_path.insert(0, Submitted(self.files))
        for path, text in self.files.items():
            lines = text.decode("utf-8", "replace").splitlines(keepends=True)
            linecache.cache[path] = (len(text), None, lines, path)
        self.module = self._run(source, given)

    def _run(self, source: bytes, given: dict[str, Any]) -> ModuleType:
        name = module_name(self.filename) if len(self.files) > 1 else f"_on_trial_{module_name(self.filename)}"
        module = ModuleType(name)
        vars(module).update(given, __file__=self.filename, __package__=name.rpartition(".")[0])
        sys.modules[name] = module  # dataclasses look a class's module up here
        sys.argv = [self.filename]
        try:
            exec(compile(source, self.filename, "exec"), vars(module))
        except SyntaxError as error:
            raise Failed(f"{self.filename} is not valid Python: {_where(error)}") from None
        except BaseException as error:
            raise Failed(f"{self.filename} could not be loaded: it raised {self.describe(error)}") from None
        return module

    def found(self) -> dict[str, Any]:
        """Every function and class defined here, as [kind, parameters, methods]."""
        there: dict[str, Any] = {}
        for name, value in list(vars(self.module).items()):
            if not isinstance(name, str) or getattr(value, "__module__", None) != self.module.__name__:
                continue
            if inspect.isclass(value):
                own = inspect.getattr_static(value, "__init__", None)
                there[name] = [
                    "class",
                    parameters(own, 1) if isinstance(own, FunctionType) else [],
                    self._methods(value),
                ]
            elif isinstance(value, FunctionType | functools._lru_cache_wrapper):
                there[name] = ["function", parameters(value), {}]
        return there

    def _methods(self, cls: type) -> dict[str, Any]:
        methods: dict[str, Any] = {}
        for base in reversed(cls.__mro__):
            for name, value in list(vars(base).items()) if base is not object else []:
                function = getattr(value, "__func__", value)
                if isinstance(function, FunctionType) and name != "__init__":  # operators, too
                    methods[name] = parameters(function, 0 if isinstance(value, staticmethod) else 1)
        return methods

    def describe(self, error: BaseException) -> str:
        """'ValueError: … at line 7, `y = W @ x`': the exception and where in the student's file it arose."""
        try:
            message = " ".join(str(error).split())[:TEXT]
        except BaseException:  # an exception that cannot even say what it is
            message = ""
        said = f"{type(error).__name__}: {message}" if message else type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)
        own = [f for f in frames if f.filename == self.filename] or [f for f in frames if f.filename in self.files]
        if own and own[-1].line:
            where = "" if own[-1].filename == self.filename else f" of {own[-1].filename}"
            said += f", at line {own[-1].lineno}{where}, `{own[-1].line.strip()[:200]}`"
        if isinstance(error, PermissionError | BlockingIOError) or "start new thread" in message:
            said += " (here there is no file to open, no network and no other process or thread)"
        return said


def _where(error: SyntaxError) -> str:
    line = (error.text or "").strip()[:200]
    return f"line {error.lineno}, `{line}`: {error.msg}" if error.lineno else str(error.msg)


def parameters(function: Any, skip: int = 0) -> list[str] | None:
    """The names a function takes; None when it takes any (`*values`, `**values`) or will not tell."""
    try:
        found = list(inspect.signature(function).parameters.values())[skip:]
    except (TypeError, ValueError):
        return None
    return None if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in found) else [p.name for p in found]

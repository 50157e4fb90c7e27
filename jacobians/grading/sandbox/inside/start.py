"""The first lines of the sandbox's interpreter: take the package `_inside` as text from standard input and run it."""

import importlib.abc
import importlib.util
import json
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class Handed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Modules whose text was handed over."""

    def __init__(self, sources: dict[str, str]):
        self.sources = sources

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if fullname not in self.sources:
            return None
        return importlib.util.spec_from_loader(fullname, self, is_package=fullname == "_inside")

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.sources[module.__name__], f"<{module.__name__}>", "exec"), module.__dict__)


if __name__ == "__main__":
    given = json.loads(sys.stdin.buffer.read())
    sys.meta_path.insert(0, Handed(given["sources"]))
    library = importlib.import_module("_inside.imports").open_library(given["settings"]["allow"])  # NumPy is in it
    importlib.import_module("_inside.zygote").main(given["settings"], *library)

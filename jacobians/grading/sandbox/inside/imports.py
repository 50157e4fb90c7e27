"""What can be imported in the sandbox: the standard library, the packages allowed, and the submission's own files.

The folders of the first two are reached through descriptors opened beforehand: a worker's user may have no way to them
(a Python under root's home), and needs none.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

LINUX = sys.platform.startswith("linux")
# What homework imports, and what Python imports by itself while it runs: in memory before the first submission comes.
USUAL = [
    *("abc", "ast", "bisect", "collections.abc", "contextlib", "copy", "ctypes", "dataclasses", "difflib", "enum"),
    *("functools", "heapq", "inspect", "itertools", "json", "linecache", "logging", "math", "numbers", "operator"),
    *("os", "pathlib", "random", "re", "resource", "string", "struct", "textwrap", "time", "traceback", "typing"),
]
NUMPY = ["fft", "linalg", "lib.stride_tricks", "ma", "polynomial", "random"]


def open_library(allow: dict[str, str]) -> tuple[list[int], list[str]]:
    """Reach Python's library and the packages allowed through descriptors.

    Args:
        allow: each package's name and the folder (or file) that it is.

    Returns:
        The descriptors to keep open, and every file and folder in them that may be read.
    """
    stdlib = os.path.dirname(os.__file__)
    held: dict[str, str] = {}
    descriptors: list[int] = []
    for folder in [stdlib, *(os.path.dirname(p) for p in allow.values())]:
        if folder not in held:
            held[folder] = _through_descriptor(folder, descriptors)
    library = held[stdlib]
    sys.path[:] = [library, f"{library}/lib-dynload"]
    for module in list(sys.modules.values()):  # packages that were imported on the way here
        if places := getattr(module, "__path__", None):
            module.__path__ = [p.replace(stdlib, library, 1) if p.startswith(stdlib) else p for p in places]
    sys.meta_path.append(Gate({name: held[os.path.dirname(path)] for name, path in allow.items()}))
    for name in [*USUAL, *allow, *(f"numpy.{n}" for n in NUMPY)]:
        importlib.import_module(name)
    with contextlib.suppress(OSError):  # of the system: SciPy wants it, and a worker cannot read it; NumPy 2 brings it
        ctypes.CDLL("libstdc++.so.6")
    return descriptors, [*_entries(stdlib), *_packages(allow)]


def _through_descriptor(folder: str, descriptors: list[int]) -> str:
    if not LINUX or not os.path.isdir("/proc/self/fd"):
        return folder
    opened = out_of_the_way(os.open(folder, os.O_PATH | os.O_DIRECTORY))
    descriptors.append(opened)
    return f"/proc/self/fd/{opened}"


def out_of_the_way(descriptor: int) -> int:
    """The same open file under a number that no worker's own descriptors have (0 to 3)."""
    import fcntl

    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return moved


def _entries(stdlib: str) -> Iterator[str]:
    """What lies in Python's own folder, but for the folders where other packages are installed."""
    for entry in os.scandir(stdlib):
        if entry.name not in ("site-packages", "dist-packages") and not (entry.is_symlink() and entry.is_dir()):
            yield entry.path


def _packages(allow: dict[str, str]) -> Iterator[str]:
    """The packages, each with the folder of shared libraries that a wheel puts beside it."""
    for path in allow.values():
        yield path
        if os.path.isdir(f"{path}.libs"):
            yield f"{path}.libs"


class Gate(importlib.abc.MetaPathFinder):
    """Comes last, when the standard library has no such name: the packages allowed, and a sentence for all others."""

    def __init__(self, sites: dict[str, str]):
        self.sites = sites

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        top = fullname.partition(".")[0]
        if path is not None:
            return None
        if top in self.sites:
            return importlib.machinery.PathFinder.find_spec(fullname, [self.sites[top]])
        there = " and ".join(["Python's standard library", *self.sites])
        raise ModuleNotFoundError(f"No module named {top!r}: here there are {there} only", name=top)


class Submitted(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """The submission's own files as modules, before all others, as at home; what is in memory already stays."""

    def __init__(self, files: dict[str, bytes]):
        self.files = {module_name(path): (path, text) for path, text in files.items()}

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        package = any(n.startswith(f"{fullname}.") for n in self.files) or self._path(fullname).endswith("__init__.py")
        if fullname not in self.files and not package:
            return None
        return importlib.util.spec_from_loader(fullname, self, origin=self._path(fullname), is_package=package)

    def _path(self, fullname: str) -> str:
        return self.files.get(fullname, ("", b""))[0]

    def exec_module(self, module: ModuleType) -> None:
        path, text = self.files.get(module.__name__, (module.__name__, b""))  # a folder without __init__.py
        exec(compile(text, path, "exec"), module.__dict__)


def module_name(path: str) -> str:
    """'mytorch.nn.linear' of mytorch/nn/linear.py."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

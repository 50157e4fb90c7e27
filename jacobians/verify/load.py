"""A file of the user's, as a module: every way that can go wrong in one sentence."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from ..errors import BadFile, names, not_python
from .door import describe
from .guard import guarded


def load_file(path: str | Path, given: Mapping[str, Any] | None = None) -> ModuleType:
    """Run a Python file and return it as a module.

    Args:
        path: the file; its folder is importable while it runs, as when Python runs it.
        given: names the file may use without importing them.

    Raises:
        BadFile: no such file, not Python, or an exception while it ran.
    """
    path = Path(path)
    if not os.path.exists(path):  # no file has a name too long to ask for; Path.exists raises there
        raise BadFile(f"there is no file {str(path)!r}: give the path of a Python file with forward and backward")
    if path.is_dir() or path.suffix != ".py":
        what = "a folder" if path.is_dir() else f"a {path.suffix or 'nameless'} file"
        raise BadFile(f"{str(path)!r} is {what}: give the path of a .py file with forward and backward")
    spec = importlib.util.spec_from_file_location(f"_on_trial_{path.stem}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    vars(module).update(given or {})
    sys.modules[spec.name] = module  # dataclasses and pickling look a class's module up here
    before = list(sys.path)
    sys.path.insert(0, str(path.resolve().parent))
    try:
        with guarded() as replaced:
            spec.loader.exec_module(module)
    except SyntaxError as error:
        raise BadFile(f"{path} {not_python(error)}") from None
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit, and whatever else is no Exception
        raise BadFile(f"{path} could not be loaded: it raised {describe(error, module)}") from None
    finally:
        sys.path[:] = before
    if replaced:
        raise BadFile(f"{path} replaces numpy's {names(replaced)}: everyone who uses NumPy then gets another function")
    return module

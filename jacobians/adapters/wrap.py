"""What the adapters share: which one is named, and the object that a person means.

    NAME:SPEC           jacobians/adapters/NAME.py, which has load(spec, layer) -> Fast
    SPEC                package.module:OBJECT, path/to/file.py:OBJECT, or either without OBJECT: the module itself

An adapter's file imports its library at its top, and is imported only when named.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
from pathlib import Path
from typing import Any

from ..errors import BadFile, UnknownName, names, nearest
from ..kinds import class_of
from ..layer import Layer
from ..verify.door import Fast, describe, examine
from ..verify.load import load_file


def adapter_names() -> list[str]:
    """The adapters there are: the files beside this one that have a `load`."""
    folder = Path(__file__).parent
    found = (m.name for m in pkgutil.iter_modules([str(folder)]) if not m.ispkg)
    return [n for n in found if re.search(r"^def load\(spec", (folder / f"{n}.py").read_text("utf-8"), re.MULTILINE)]


def named(text: str) -> tuple[str, str] | None:
    """("torch", "my.module:MyFunction") of such a text; None where it is the path of a file."""
    name, colon, spec = text.partition(":")
    is_name = re.fullmatch(r"[a-z][a-z_]+", name)  # a single letter is a drive
    return (name, spec) if colon and is_name and not Path(text).exists() else None


def load(name: str, spec: str, layer: type[Layer]) -> Fast:
    """The code that `name:spec` stands for, as `forward` and `backward` of arrays.

    Raises:
        UnknownName: no such adapter.
        BadFile: its library is not installed, or `spec` leads to nothing that can be checked.
    """
    return get(name).load(spec, layer)


def fast_of(target: Any, layer: type[Layer], adapter: str | None = None) -> Fast:
    """Whatever a person hands over as `forward` and `backward` of arrays.

    Args:
        target: a text as the command line takes it, an object with `forward` and `backward`, or an object of a library
            that there is an adapter for.
        layer: the layer that it claims to be.
        adapter: which adapter; needed for a plain function, which does not tell whose arrays it takes.

    Raises:
        BadFile, UnknownName: it cannot be used; the sentence says what to write.
    """
    if isinstance(target, str):
        said = named(target)
        if said:
            return load(*said, layer)
        target = load_file(target)
    adapter = adapter or _home(target)
    if adapter:
        return get(adapter).adapt(target, layer)
    label = getattr(target, "__name__", None) or f"an object of type {type(target).__name__}"
    if inspect.isroutine(target):
        raise BadFile(f'{label} is a function: say whose arrays it takes, adapter="torch" or adapter="jax"')
    examine(target, layer().args, label)
    return target


def _home(target: Any) -> str | None:
    """The adapter for the library that an object comes from."""
    if hasattr(target, "_torchdynamo_orig_callable"):  # a compiled function looks like a plain one
        return "torch"
    classes = (target if inspect.isclass(target) else type(target)).__mro__
    roots = {c.__module__.partition(".")[0].removesuffix("lib") for c in classes}  # jaxlib
    return next((n for n in adapter_names() if n in roots), None)


def get(name: str) -> Any:
    """The module of an adapter.

    Raises:
        UnknownName: no such adapter.
        BadFile: its library is not installed, or cannot be imported.
    """
    known = adapter_names()
    if name not in known:
        raise UnknownName(f"no adapter is called {name!r}: write one of {names(known)}.{nearest(name, known)}")
    try:
        return importlib.import_module(f"{__package__}.{name}")
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and "." not in (missing := error.name or name):
            mend = f"pip install {missing}"
            raise BadFile(f"{name}: needs the package {missing}, which is not installed: {mend}") from None
        mend = f"mend the installation until `import {name}` works"
        raise BadFile(f"{name}: its library could not be imported: {mend}; it raised {describe(error)}") from None


def found(spec: str, prefix: str) -> Any:
    """The object that SPEC names.

    Raises:
        BadFile: no such module, file or object; the sentence says what there is.
    """
    where, colon, name = spec.rpartition(":")
    if not colon or name.endswith(".py"):
        where, name = spec, ""
    if not where:
        raise BadFile(f"{prefix}:{spec} names no code: write {prefix}:package.module:OBJECT or {prefix}:file.py:OBJECT")
    is_file = where.endswith(".py") or "/" in where or "\\" in where
    module = load_file(where) if is_file else _imported(where, f"{prefix}:{spec}")
    target: Any = module
    for part in filter(None, name.split(".")):
        try:
            target = getattr(target, part)
        except AttributeError:
            there = [n for n, v in vars(module).items() if callable(v) and not n.startswith("_")]
            mend = nearest(part, there) or (f" It has {names(there[:12])}." if there else " It defines nothing.")
            raise BadFile(f"{prefix}:{spec}: {where} has no {part!r}.{mend}") from None
    return target


def _imported(name: str, said: str) -> Any:
    """A module by its dotted name, the working folder importable as for `python -m`."""
    sys.path.insert(0, "")
    try:
        return importlib.import_module(name)
    except KeyboardInterrupt:
        raise
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(f"{error.name}.")):
            raise BadFile(
                f"{said}: no module is called {name!r}, here or among the installed ones: write package.module:OBJECT, "
                "or the path of a .py file"
            ) from None
        raise BadFile(f"{said}: {name} could not be imported: it raised {describe(error)}") from None
    except BaseException as error:
        raise BadFile(f"{said}: {name} could not be imported: it raised {describe(error)}") from None
    finally:
        sys.path.remove("")


def file_of(target: Any) -> str | None:
    """The file that an object's code stands in, where that can be known."""
    target = inspect.unwrap(target) if callable(target) else target
    own: Any = target if inspect.isroutine(target) or inspect.isclass(target) else class_of(target)
    try:
        return inspect.getsourcefile(own)
    except TypeError:
        return None

"""The place of this process: somebody's file is run here, as `python` would run it, and called here.

It keeps nothing from the code: for code that is not trusted there is a sandbox with the same calls (place.py).
"""

from __future__ import annotations

import inspect
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from ..errors import BadFile, names, nearest
from ..kinds import class_of, is_array, is_dict, is_listed, is_tuple
from ..verify.door import Broken, describe
from ..verify.load import load_file
from .defined import taken, undefined
from .place import Found, Handle
from .source import read_source

_BY_VALUE = (np.ndarray, np.generic, int, float, complex, str, bytes, type(None))


class Local:
    """A `Place` in this process.

    Args:
        path: a .py file, or a notebook, of which the functions, classes and imports are taken (source.py).
        given: names that the code may use without importing them.

    Raises:
        BadFile: no such file, not Python, or it raised while it was run.
    """

    def __init__(self, path: str | Path, given: Mapping[str, Any] | None = None):
        self.label = str(path)
        self._module = _loaded(Path(path), given)
        self._objects: dict[int, Any] = {}
        self._next = 0

    @property
    def file(self) -> str:
        """The file that is run."""
        return str(self._module.__file__)

    def found(self) -> dict[str, Found]:
        """The functions and classes that the file defines; what it imports is not among them."""
        own = {n: v for n, v in vars(self._module).items() if getattr(v, "__module__", None) == self._module.__name__}
        return {n: taken(v) for n, v in own.items() if inspect.isfunction(v) or inspect.isclass(v)}

    def call(
        self,
        target: str | Handle,
        *args: Any,
        method: str | None = None,
        keep: bool | tuple[int, ...] = (),
        **keywords: Any,
    ) -> Any:
        """Call a function, a class or a method (place.py).

        Raises:
            Broken: no such name, or what the code raised, in one sentence.
        """
        function = self._function(target, method)
        said = method or str(target)
        arguments = [self._inside(a) for a in args]
        named = {k: self._inside(v) for k, v in keywords.items()}
        return self._tried(said, function, lambda: self._outside(function(*arguments, **named), keep))

    def get(self, target: Handle, attribute: str, keep: bool = False) -> Any:
        """An attribute of an object, or ["an item"] of it.

        Raises:
            Broken: it has none.
        """
        return self._outside(self._piece(self._objects[target.number], attribute), keep)

    def set(self, target: Handle, attribute: str, value: Any) -> None:
        """Write an attribute of an object, or an item of a dict."""
        thing, inside = self._objects[target.number], self._inside(value)

        def write() -> None:
            if attribute.startswith("["):
                thing[_key(attribute)] = inside
            else:
                setattr(thing, attribute, inside)

        self._tried(f"setting {attribute}", None, write)

    def drop(self, *targets: Handle) -> None:
        """Forget objects that are wanted no more."""
        for target in targets:
            self._objects.pop(target.number, None)

    def _function(self, target: str | Handle, method: str | None) -> Callable[..., Any]:
        if isinstance(target, Handle):
            thing = self._objects[target.number]
        else:
            first, *rest = target.split(".")
            if target == SimpleNamespace.__name__:  # an object of nobody's (conventions/lines.py)
                return SimpleNamespace
            if first not in vars(self._module):
                known = [n for n in vars(self._module) if not n.startswith("_")]
                raise Broken(
                    "exception", f"{self.label} defines no {first!r}: define or import it.{nearest(first, known)}"
                )
            thing = vars(self._module)[first]
            for name in rest:
                thing = self._piece(thing, name)
        function = thing if method is None else self._piece(thing, method)
        if not callable(function):
            raise Broken("exception", f"{method or target} is no function: it is {_kind(function)}")
        return function

    def _piece(self, thing: Any, name: str) -> Any:
        def read() -> Any:
            return thing[_key(name)] if name.startswith("[") else getattr(thing, name)

        try:
            return read()
        except (AttributeError, KeyError, IndexError):
            there = list(thing) if is_dict(thing) else _public(_bare(thing))
            wanted = _key(name) if name.startswith("[") else name
            near = nearest(str(wanted), map(str, there))
            text = f"{_kind(thing)} has no {wanted!r} (it has {names(map(str, there[:12]))}).{near}"
            raise Broken("exception", text) from None
        except (KeyboardInterrupt, Broken):
            raise
        except BaseException as error:
            raise Broken("exception", f"reading {name} raised {describe(error, self._module)}") from None

    def _tried(self, said: str, function: Any, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except (KeyboardInterrupt, Broken):
            raise
        except NameError as error:
            text = f"{said} raised {describe(error, self._module)}{undefined(function)}"
            raise Broken("exception", text) from None
        except BaseException as error:  # SystemExit, and whatever else is no Exception
            said = "__init__" if inspect.isclass(function) else said
            raise Broken("exception", f"{said} raised {describe(error, self._module)}") from None

    def _inside(self, v: Any) -> Any:
        if isinstance(v, Handle):
            return self._objects[v.number]
        if is_listed(v):
            return type(v)(self._inside(item) for item in v)
        return {k: self._inside(item) for k, item in v.items()} if is_dict(v) else v

    def _outside(self, v: Any, keep: bool | tuple[int, ...]) -> Any:
        if keep is True:
            return self._handle(v)
        if is_listed(v):
            items = [self._outside(item, keep is not False and k in (keep or ())) for k, item in enumerate(v)]
            return tuple(items) if is_tuple(v) else items
        if is_dict(v):
            return {k: self._outside(item, False) for k, item in v.items()}
        return v if issubclass(class_of(v), _BY_VALUE) else self._handle(v)

    def _handle(self, v: Any) -> Handle:
        self._next += 1
        self._objects[self._next] = v
        return Handle(self._next, _kind(v))


def _loaded(path: Path, given: Mapping[str, Any] | None) -> ModuleType:
    if path.suffix != ".ipynb":
        return load_file(path, given)
    source = read_source(path)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"{path.stem}.py"
        copy.write_text(source, encoding="utf-8")
        try:
            return load_file(copy, given)
        except BadFile as error:
            raise BadFile(str(error).replace(str(copy), str(path))) from None


def _key(text: str) -> Any:
    import ast

    return ast.literal_eval(text)[0]


def _kind(v: Any) -> str:
    """'an object of class Linear', 'an ndarray of object', 'a generator': for a sentence."""
    if is_array(v):
        return f"an ndarray of {v.dtype}"
    if v is None:
        return "None"
    name = type(v).__name__
    if isinstance(v, dict | tuple | list | str | float | int):
        return f"a {name}"
    if inspect.isclass(v):
        return f"the class {v.__name__}"
    return f"an object of class {name}" if type(v).__module__ != "builtins" else f"a {name}"


def _bare(thing: Any) -> Any:
    """Something that `vars` takes: the object, or nothing."""
    return thing if hasattr(thing, "__dict__") else ModuleType("nothing")


def _public(thing: object) -> list[str]:
    return [n for n in vars(thing) if not n.startswith("_")]

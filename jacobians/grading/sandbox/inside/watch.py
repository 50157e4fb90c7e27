"""How much is computed, and with what: so that a backward which does its forward's work over and over is seen.

Arrays go to the student's code as `Watched`, a kind of array that counts what is done with it, entry by entry: a loop
of many small steps and one step along a further axis weigh the same. Calls of the submission's own functions are
counted by the size of what they are called with. Nothing of this is asked while answers are judged.

    products    products and sums of entries, by the number of terms
    others      all else that is computed of entries: exp, maximum, where, a division, …
    calls       by function: the entries that it was called with, over all its calls
    types       kinds of numbers besides the usual: "complex128", "longdouble", "object"; modules of such: "fractions",
                where the submission's functions name them or hold what is theirs (others may import them: statistics)

It is no wall: code that looks whether it is watched can behave. It is for whoever hides from a reader, not from this.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import numpy as np

from .kinds import is_array, is_listed, is_numbers, is_plain_dict

_SUMS = ("add", "subtract", "negative", "multiply", "positive")
_PRODUCTS = ("matmul", "dot", "vdot", "inner", "einsum", "vecdot", "matvec", "vecmat")
_EXACT = ("decimal", "fractions", "mpmath", "sympy")  # numbers of as many digits as one likes
_COPIES = ("array", "asarray", "ascontiguousarray", "asfortranarray", "require")


class Watch:
    """What was counted since the last look.

    Args:
        files: the submission's own.
        scope: the names of its module, some of which may be NumPy's.
    """

    now: Watch | None = None  # the one that counts; there is one worker in a process

    def __init__(self, files: Any, scope: dict[str, Any]):
        self.files, self.scope, self.products, self.others = files, scope, 0, 0
        self.calls: Counter[str] = Counter()
        self.types: set[str] = set()
        self.looked_at: set[CodeType] = set()

    def seen(self) -> dict[str, Any]:
        """The counts, from zero again."""
        calls = dict(self.calls.most_common(200))
        found: dict[str, Any] = {"products": self.products, "others": self.others, "calls": calls}
        found["types"] = sorted(self.types)
        self.products, self.others, self.calls, self.types, self.looked_at = 0, 0, Counter(), set(), set()
        return found

    def add(self, name: str, inputs: list[Any], result: Any, terms: int) -> None:
        """One operation on whole arrays."""
        entries = max(terms, _size(result), *(_size(v) for v in inputs), 0)
        if name in _SUMS or name in _PRODUCTS:
            self.products += entries
        else:
            self.others += entries
        for v in [result, *inputs]:
            if is_numbers(v) and (v.dtype.kind not in "biuf" or v.dtype.char == "g"):
                self.types.add("longdouble" if v.dtype.char == "g" else v.dtype.name)

    def profile(self, frame: FrameType, event: str, _: Any) -> None:
        """For sys.setprofile: a function of the submission begins, or returns."""
        code = frame.f_code
        if code.co_filename not in self.files or code.co_name == "<module>":
            return
        if event == "return" and code not in self.looked_at:
            self.looked_at.add(code)
            named = [frame.f_globals[n] for n in code.co_names if n in frame.f_globals]
            self.types.update(name for v in (*named, *frame.f_locals.values()) if (name := _exact(v)))
        if event == "call":
            names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
            size = sum(_size(frame.f_locals.get(n)) for n in names)
            if size:
                self.calls[f"{code.co_name}:{code.co_firstlineno}"] += size

    def __enter__(self) -> Watch:
        """While a call of the student's runs."""
        Watch.now = self
        copies = [getattr(np, n) for n in _COPIES]
        places: list[Any] = [(vars(np), n, getattr(np, n)) for n in _COPIES]
        places += [(self.scope, n, v) for n, v in self.scope.items() if any(v is function for function in copies)]
        self._kept = places
        for scope, n, function in places:
            scope[n] = _keeping(function)
        sys.setprofile(self.profile)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)
        for scope, n, function in self._kept:
            scope[n] = function
        Watch.now = None


class Watched(np.ndarray):
    """An array that counts what is done with it."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = None, **named: Any) -> Any:
        plain = [_bare(v) for v in inputs]
        given = {} if out is None else {"out": tuple(_bare(v) for v in out)}
        result = getattr(ufunc, method)(*plain, **given, **{k: _bare(v) for k, v in named.items()})
        if Watch.now:
            Watch.now.add(ufunc.__name__, plain, result, _terms(ufunc.__name__, method, plain, result))
        return watched(result) if out is None else out[0] if len(out) == 1 else out

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        name = func.__name__
        result = super().__array_function__(func, types, args, kwargs)
        if Watch.now and (name in _PRODUCTS or name == "where"):
            inputs = [_bare(v) for v in args]
            Watch.now.add(name, inputs, result, _terms(name, "", inputs, result))
        return watched(result)

    def view(self, *args: Any, **named: Any) -> Any:
        """A view in another type of numbers; not in another kind of array."""
        kinds = {k: v for k, v in named.items() if k != "type"}
        plain: Any = super()
        return plain.view(*(a for a in args if a is not np.ndarray), **kinds)

    def dot(self, other: Any, out: Any = None) -> Any:  # type: ignore[override]
        """A method that NumPy tells nobody of."""
        return np.dot(self, other) if out is None else np.dot(self, other, out)


def watched(value: Any) -> Any:
    """The arrays in a value as watched ones, its structure kept."""
    if type(value) is np.ndarray:
        return np.ndarray.view(value, Watched)
    if type(value) in (tuple, list):
        return type(value)(watched(v) for v in value)
    return {k: watched(v) for k, v in value.items()} if is_plain_dict(value) else value


def unwatched(value: Any) -> Any:
    """The same arrays as plain ones."""
    if isinstance(value, Watched):
        return _bare(value)
    if type(value) in (tuple, list):
        return type(value)(unwatched(v) for v in value)
    return {k: unwatched(v) for k, v in value.items()} if is_plain_dict(value) else value


def _bare(v: Any) -> Any:
    return np.ndarray.view(v, np.ndarray) if isinstance(v, Watched) else v


def _terms(name: str, method: str, inputs: list[Any], result: Any) -> int:
    """How many products of entries it takes: a sum over one more axis than the result has."""
    if name == "einsum" and inputs and isinstance(inputs[0], str):
        letters = "".join(inputs[0].replace(" ", "").partition("->")[0].split(","))
        shapes = [n for v in inputs[1:] for n in np.shape(v)]
        known = dict(zip(letters, shapes, strict=True)) if len(letters) == len(shapes) else {}
        return math.prod(known.values())
    if name in _PRODUCTS and not method.startswith("r") and inputs and np.ndim(inputs[0]):
        return _size(result) * np.shape(inputs[0])[-1]
    return 0


def _size(v: Any, depth: int = 0) -> int:
    """How many numbers it is: of an array, of a list of lists, of one number."""
    if is_array(v):
        return v.size
    if is_listed(v) and depth < 4:
        return sum(_size(item, depth + 1) for item in v)
    return int(isinstance(v, int | float | complex | np.generic) and not isinstance(v, bool) and depth > 0)


def _exact(v: Any, depth: int = 0) -> str:
    """The module of exact numbers that a thing, or the first in a list or array of them, comes from; else nothing."""
    if is_array(v) and v.dtype == object:
        v = v.ravel().tolist()
    if is_listed(v) and v and depth < 4:
        return _exact(v[0], depth + 1)
    home = (
        v.__name__ if isinstance(v, ModuleType) else (v if isinstance(v, type | FunctionType) else type(v)).__module__
    )
    root = str(home).partition(".")[0]
    return root if root in _EXACT else ""


def _keeping(function: Any) -> Any:
    """A function that copies an array, and lets the copy be watched."""

    def copied(*args: Any, **named: Any) -> Any:
        result = function(*args, **named)
        return watched(result) if any(_within(a) for a in args[:1]) else result

    copied.__name__ = function.__name__
    return copied


def _within(v: Any) -> bool:
    return isinstance(v, Watched) or (is_listed(v) and any(isinstance(item, Watched) for item in v))

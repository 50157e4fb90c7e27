"""C, C++, Fortran: functions of a shared library, described by their C prototypes.

    # mine.py                                        jacobians check native:mine.py:rms_norm --layer rms_norm
    from jacobians.adapters.native import Native

    rms_norm = Native(
        "libmine.so",
        forward="void rms_forward(const T *x, const T *gamma, T *y, T *rstd, int64_t rows, int64_t n, double eps)",
        backward="void rms_backward(const T *g, const T *x, const T *gamma, const T *rstd, T *dx, T *dgamma, "
        "int64_t rows, int64_t n)",
        shapes={"x": "*rows n", "gamma": "n", "y": "*rows n", "rstd": "*rows"},
    )

`const` parameters are read, others written; `y` is the output, `g` its gradient, `dA` (or `grad_A`) that of the
argument A. An int is a length named in `shapes` (`*rows`: the product of all axes before the others), any other number
a setting of the layer. T is the type on trial; T in a function's name is its C name (float, double), so that
rms_forward_T is rms_forward_float. What forward writes besides y keeps the type it is declared with (`float *rstd`,
`int32_t *argmax`, `bool *mask`), and reaches backward so. Every array arrives in C order; a scalar has the shape "".
Numba, cffi and CuPy need no adapter: write forward and backward that call them; what lies on a device is fetched by
its `get`.

Fortran takes every number by address, and its compilers put an underscore behind a name; what is [rows, n] here is
(n, rows) there: "void rms_forward_T_(const T *x, T *y, const int64_t *rows, const int64_t *n)".

What is written to is guarded: it arrives filled with one NaN (0, if `accumulates`), between two walls that no function
may touch. So an entry that is never written, a += where = is meant, and a write past the end are told apart:

unwritten    entries that still hold the very NaN they came with (not asked of types of 1 byte)
adds         that NaN, but computed with: += into what arrives uninitialised
overwrites   of an output that accumulates: = where += is meant
bounds       a write before the first entry or behind the last

The walls are 64 entries wide, and the functions run in this process: one that writes further, or crashes, ends it.
"""

from __future__ import annotations

import ctypes
import inspect
import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from ..errors import BadFile, names, nearest
from ..layer import Layer
from ..point import Point
from ..verify.bound import Judged
from ..verify.door import Broken, Fast, examine, taking
from ..verify.formats import FORMATS, get_format
from . import wrap
from .guarded_array import Guarded
from .prototype import Parameter, prototype

_C_NAME = {"float32": "float", "float64": "double", "float16": "half", "bfloat16": "bfloat16"}


def load(spec: str, layer: type[Layer]) -> Fast:
    """The described library that SPEC names (or any other object with forward and backward).

    Raises:
        BadFile: nothing of that kind is there.
    """
    fast = wrap.found(spec, "native")
    examine(fast, layer().args, f"native:{spec}")
    return fast


class Native:
    """Two C functions as `forward` and `backward` of arrays (see the module).

    Args:
        library: path of the shared library, relative to the file that says so; or one loaded by ctypes.
        forward, backward: their C prototypes.
        shapes: of each array, the names of its axes.
        accumulates: the outputs of backward that are added to, not written: "dgamma".

    Raises:
        BadFile: no such library or function, a prototype that cannot be read, an array without a shape.
    """

    def __init__(
        self,
        library: str | Path | ctypes.CDLL,
        forward: str,
        backward: str,
        shapes: Mapping[str, str],
        accumulates: Iterable[str] = (),
    ):
        caller = inspect.stack()[1].filename
        self.__file__ = caller
        self.library = library if isinstance(library, ctypes.CDLL) else _loaded(Path(caller).parent / library)
        self.shapes, self.accumulates = {a: s.split() for a, s in shapes.items()}, tuple(accumulates)
        self._forward, self._backward = prototype(forward), prototype(backward)
        self.outputs = [p.name for p in self._forward[1] if p.pointer and not p.const]
        if "y" not in self.outputs:
            raise BadFile(f"{self._forward[0]} writes {names(self.outputs)}: one of its outputs must be called y")
        lengths = {axis.lstrip("*") for axes in self.shapes.values() for axis in axes}
        for p in (*self._forward[1], *self._backward[1]):
            if p.pointer and p.name not in lengths and not (p.const and p.type != "T") and self._axes(p.name) is None:
                raise BadFile(f"{p.name} has no shape: write shapes={{{p.name!r}: …}}.{nearest(p.name, self.shapes)}")
        arguments = [p.name for p in self._forward[1] if p.pointer and p.const and p.name in self.shapes]
        settings = [p.name for p in self._forward[1] if p.name not in (*self.shapes, *lengths)]
        self.arguments = tuple(arguments)
        self.forward = taking((*arguments, *settings), self._run_forward)

    def takes(self, point: Point) -> bool:
        """Whether the point's arrays have the shapes that are described."""
        try:
            lengths = [self._lengths({a: np.asarray(point.values[a])}) for a in self.arguments]
        except (Broken, KeyError):
            return False
        together = {axis: n for one in lengths for axis, n in one.items()}
        return all(together[axis] == n for one in lengths for axis, n in one.items())

    def _run_forward(self, **given: Any) -> tuple[np.ndarray, Any]:
        arrays = {a: np.asarray(v, order="C") for a, v in given.items() if a in self.arguments}
        known = self._lengths(arrays)
        known |= {a: v for a, v in given.items() if a not in arrays}
        written = self._call(self._forward, arrays, known)
        return written["y"], (arrays | written, known)

    def backward(self, g: np.ndarray, saved: Any) -> dict[str, np.ndarray]:
        """The gradients that the C function writes, for the upstream gradient g."""
        return self._gradients(g, saved, 0.0)

    def contracts(self, trial: Any, g: np.ndarray, judged: dict[str, Judged]) -> list[Broken]:
        """Whether what accumulates adds to what was there."""
        if not self.accumulates:
            return []
        door = trial.door()
        _, saved = door.run_forward(door.given(trial.point.values), trial.settings)
        found = self._gradients(g, saved, 3.0)
        text = "is declared to accumulate, and what was there before is gone: write += for ="
        return [
            Broken("overwrites", f"the gradient of {a} {text}", a)
            for a, v in found.items()
            if a in judged and self._adds(a) and not judged[a].outside(v.astype(np.float64).reshape(1, -1)).any()
        ]

    def _adds(self, a: str) -> bool:
        return a in map(_argument, self.accumulates)

    def _gradients(self, g: np.ndarray, saved: Any, there: float) -> dict[str, np.ndarray]:
        arrays, known = saved
        start = dict.fromkeys(self.accumulates, there)
        written = self._call(self._backward, arrays | {"g": np.asarray(g, order="C")}, known, start)
        return {_argument(name): v for name, v in written.items() if _argument(name) in self.arguments}

    def _call(
        self, function: Any, arrays: Any, known: Any, start: Mapping[str, float] = MappingProxyType({})
    ) -> dict[str, np.ndarray]:
        """Call one function; every array that it wrote, once all of it was written, and nothing else."""
        name, parameters = function
        dtype = next(arrays[a].dtype for a in self.arguments if arrays[a].dtype.kind not in "biu")
        outputs = {
            p.name: Guarded(self._shape(p.name, known), self._written_as(p, dtype, name), start.get(p.name))
            for p in parameters
            if p.pointer and not p.const
        }
        keep = [self._passed(p, arrays, outputs, known, dtype, name) for p in parameters]
        entry = re.sub(r"(?<![^_])T(?![^_])", _C_NAME[dtype.name], name)
        try:
            call = getattr(self.library, entry)
        except AttributeError:
            raise Broken("forward", self._without(entry)) from None
        call.restype = None
        call(*(value for value, _ in keep))
        for a, output in outputs.items():
            output.examine(entry, a)
        return {a: output.array for a, output in outputs.items()}

    def _without(self, entry: str) -> str:
        """What to say, and to look at, where the library has no such function."""
        path = getattr(self.library, "_name", None) or "LIBRARY"
        mend = 'in C++ declare it extern "C", in Fortran its name ends in an underscore'
        return f"the library has no function {entry!r}: {mend}; `nm -D {path}` lists the names that it has"

    def _written_as(self, p: Parameter, dtype: np.dtype, function: str) -> np.dtype:
        """The type of an output: its own, but y and the gradients are judged in that of the trial."""
        wanted = _dtype(p.type, dtype)
        if wanted != dtype and (p.name == "y" or _argument(p.name) in self.arguments):
            raise _asked_otherwise(f"{function} writes {p.name}", p, dtype)
        return wanted

    def _passed(self, p: Parameter, arrays: Any, outputs: Any, known: Any, dtype: Any, function: str) -> Any:
        """What ctypes passes for a parameter, and what must live as long."""
        if p.name in outputs or p.name in arrays or (p.name == "dy" and "g" in arrays):
            v = outputs[p.name].array if p.name in outputs else arrays["g" if p.name == "dy" else p.name]
            wanted = _dtype(p.type, dtype)
            if p.name in self.arguments and v.dtype.kind in "biu":
                v = v.astype(wanted)
            if v.dtype != wanted and p.name in self.outputs:
                text = f"{function} takes {p.name} as {wanted.name}, and forward wrote it as {v.dtype.name}"
                raise Broken("dtype", f"{text}: declare it alike in both", p.name)
            if v.dtype != wanted:
                raise _asked_otherwise(f"{function} takes {p.name}", p, v.dtype)
            return ctypes.c_void_p(v.ctypes.data), v
        if p.name not in known:
            have = names([*arrays, *(k for k in known if not k.startswith("*"))])
            raise Broken("forward", f"{function} takes {p.name!r}, which nothing here is called: there are {have}")
        cell = np.array(known[p.name], _dtype(p.type, dtype))
        if p.pointer:
            return ctypes.c_void_p(cell.ctypes.data), cell
        kind = {"float32": ctypes.c_float, "float64": ctypes.c_double}.get(cell.dtype.name)
        if kind is None and cell.dtype.kind == "f":
            raise Broken("forward", f"{function} takes {p.name} as {cell.dtype.name} by value: write double")
        return (kind or np.ctypeslib.as_ctypes_type(cell.dtype))(cell.item()), cell

    def _axes(self, name: str) -> list[str] | None:
        """The axes of an array; g has those of y, a gradient those of its argument."""
        own = "y" if name in ("g", "dy") else name
        return self.shapes.get(own, self.shapes.get(_argument(own)))

    def _lengths(self, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
        """The length of each axis, read from the arguments."""
        known: dict[str, Any] = {}
        for a, v in arrays.items():
            axes = self.shapes[a]
            plain = [axis for axis in axes if not axis.startswith("*")]
            at = v.ndim - len(plain) if len(plain) < len(axes) else 0
            if v.ndim < len(plain) or (at == 0 and v.ndim != len(plain)):
                raise Broken("forward", f"{a} has {v.ndim} axes, its shape is described as {' '.join(axes)!r}", a)
            known |= dict(zip(plain, v.shape[at:], strict=False))
            if len(plain) < len(axes):
                star = next(axis[1:] for axis in axes if axis.startswith("*"))
                known |= {star: math.prod(v.shape[:at]), f"*{star}": v.shape[:at]}
        return known

    def _shape(self, name: str, known: Mapping[str, Any]) -> tuple[int, ...]:
        axes = self._axes(name) or []
        shape: list[int] = []
        for axis in axes:
            if axis not in known:
                text = f"the axis {axis!r} of {name} is one of no argument, and its length unknown: name it as theirs"
                raise Broken("forward", text)
            shape += known[axis] if axis.startswith("*") else [known[axis]]
        return tuple(int(n) for n in shape)


def _dtype(kind: str, trial: np.dtype) -> np.dtype:
    """NumPy's type for that of a parameter, T being the one on trial."""
    if kind == "T":
        return trial
    return get_format(kind).dtype if kind in FORMATS else np.dtype(kind)


def _asked_otherwise(said: str, p: Parameter, dtype: np.dtype) -> Broken:
    mend = f"give --dtype {p.type}" if p.type in FORMATS else "its type must be T, or that of a format"
    return Broken("dtype", f"{said} as {p.type}, and was asked in {dtype.name}: {mend}", p.name)


def _argument(name: str) -> str:
    """The argument that an output is the gradient of."""
    return name.removeprefix("grad_") if name.startswith("grad_") else name.removeprefix("d")


def _loaded(path: Path) -> ctypes.CDLL:
    try:
        return ctypes.CDLL(str(path))
    except OSError as error:
        raise BadFile(f"the library {str(path)!r} could not be loaded: {error}") from None

"""The convention of the chapter's listing, fig-backpropagation-backprop_code: a class for one example, in columns.

    class linear():
        def __init__(self, W, b, lr)               W [M × N], b [M × 1], lr the learning rate
        def forward(self, x_in) -> x_out           x_in [N × 1], x_out [M × 1]
        def backward(self, J_out) -> J_in, dJdW, dJdb      J_out [1 × M], J_in [1 × N], dJdW [N × M], dJdb [1 × M]
        def update(self, dJdW, dJdb)               θ ← θ − lr (∂J/∂θ)ᵀ

A layer without parameters has `__init__(self)` and `backward(self, J_out) -> J_in`; a loss is forward(self, y_hat, y).
The file may use `matmul` without importing it, as the listing does.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import BadFile, names, nearest
from ..layer import Layer
from ..layers import find, layer_names
from ..point import Point
from ..pointwise import Pointwise
from ..verify.door import Broken, describe, taking
from ..verify.load import load_file

Array = np.ndarray
RATE = 0.25  # the lr given to the constructor: a power of two, so that update makes one rounding


def found_in(path: str | Path, layer: str | None = None) -> dict[str, ChapterLayer]:
    """The layers that a file in this convention defines, found by their class names.

    Args:
        path: the file.
        layer: look for this one only.

    Raises:
        BadFile: none is there.
    """
    module = load_file(path, given={"matmul": np.matmul})
    classes = {
        n.lower().replace("_", ""): c
        for n, c in vars(module).items()
        if inspect.isclass(c) and c.__module__ == module.__name__
    }
    wanted = [layer] if layer else layer_names()
    found = {n: ChapterLayer(classes[n.replace("_", "")], find(n)) for n in wanted if n.replace("_", "") in classes}
    if not found:
        mend = f"name a class {wanted[0]!r}" if layer else "name a class after a layer (`jacobians layers` lists them)"
        near = nearest(layer, classes) if layer else ""
        raise BadFile(f"{path} defines the classes {names(classes)}, none of them a layer to check: {mend}.{near}")
    return found


class ChapterLayer:
    """One class in the chapter's convention, as batched forward and backward."""

    def __init__(self, cls: type, layer: type[Layer]):
        self.cls, self.layer = cls, layer
        self.__file__ = inspect.getfile(cls)
        self.forward = taking(layer().args, self._forward)

    def takes(self, point: Point) -> bool:
        """Whether the point's data are columns: vectors, or what a pointwise layer takes as one."""
        data = [v for a, v in point.values.items() if a not in self.layer.theta]
        columns = issubclass(self.layer, Pointwise) or all(np.ndim(v) <= 2 for v in data)  # the batch is axis 0
        return columns and not self.layer.interacts

    def _forward(self, **values: Array) -> tuple[Array, Any]:
        theta = {a: values.pop(a) for a in self.layer.theta}
        examples = [dict(zip(values, one, strict=True)) for one in zip(*values.values(), strict=True)]
        done = [self._one(theta, tuple(one.values())) for one in examples]
        shape = np.shape(self.layer().forward(**examples[0], **theta))
        wanted = [int(np.prod(shape)), 1] if shape else []
        y = [self._shaped(out, tuple(wanted), "x_out", "y").reshape(shape) for _, out in done]
        return np.stack(y), ([obj for obj, _ in done], values, theta)

    def _one(self, theta: dict[str, Array], example: tuple[Array, ...]) -> tuple[Any, Array]:
        parameters = [_column(v) if v.ndim < 2 else v.copy() for v in theta.values()]
        try:
            made = self.cls(*parameters, RATE) if theta else self.cls()
        except Exception as error:
            raise Broken("exception", f"__init__ raised {describe(error, self)}") from None
        try:
            return made, np.asarray(made.forward(*(_column(x) for x in example)))
        except NameError as error:
            raise Broken(
                "exception", f"forward raised {describe(error, self)}{_undefined(made, made.forward)}"
            ) from None

    def backward(self, g: Array, saved: Any) -> dict[str, Array]:
        made, values, theta = saved
        rows = [self._backward_one(obj, row.reshape(1, -1).copy()) for obj, row in zip(made, g, strict=True)]
        first = next(iter(values))
        x = values[first]
        answer = {
            first: np.stack([self._shaped(J, (1, x[0].size), "J_in", first).reshape(x.shape[1:]) for J, *_ in rows])
        }
        for k, (a, v) in enumerate(theta.items(), start=1):
            shape = v.shape[::-1] if v.ndim == 2 else (1, v.size)
            each = [self._shaped(row[k], shape, f"dJd{a}", a) for row in rows]
            answer[a] = np.sum([d.T.reshape(v.shape) for d in each], axis=0, dtype=v.dtype)
        for one, row in zip(zip(*values.values(), strict=True), rows, strict=True):
            self._update(self._one(theta, one)[0], theta, row[1:])  # of another object: update may write into its θ
        return answer

    def _backward_one(self, obj: Any, row: Array) -> tuple[Any, ...]:
        try:
            out = obj.backward(row)
        except NameError as error:
            raise Broken(
                "exception", f"backward raised {describe(error, self)}{_undefined(obj, obj.backward)}"
            ) from None
        wanted = ["J_in", *(f"dJd{a}" for a in self.layer.theta)]
        out = tuple(out) if isinstance(out, tuple) or (isinstance(out, list) and len(wanted) > 1) else (out,)
        if len(out) != len(wanted):
            raise Broken("backward", f"backward returned {len(out)} value(s): return {', '.join(wanted)}")
        return out

    def _shaped(self, v: Any, shape: tuple[int, ...], name: str, argument: str) -> Array:
        v = np.asarray(v)
        if v.shape != shape:
            hint = ": it is transposed" if v.shape == shape[::-1] else ""
            raise Broken("shape", f"{name} has shape {list(v.shape)}, the chapter's is {list(shape)}{hint}", argument)
        return v

    def _update(self, obj: Any, theta: dict[str, Array], gradients: tuple[Array, ...]) -> None:
        """After update every parameter is θ − lr (∂J/∂θ)ᵀ, of the shape it had."""
        if not theta or not hasattr(obj, "update"):
            return
        before = {a: np.array(getattr(obj, a)) for a in theta if hasattr(obj, a)}
        try:
            obj.update(*(np.array(d) for d in gradients))
        except Exception as error:
            raise Broken(
                "update", f"update raised {describe(error, self)}; θ is a column and ∂J/∂θ a row: transpose it"
            ) from None
        for (a, old), d in zip(before.items(), gradients, strict=False):
            new, want = np.asarray(getattr(obj, a)), old - old.dtype.type(RATE) * np.asarray(d).T
            spacing = np.spacing(np.abs(old) + np.abs(want))  # one product by a power of two, one subtraction
            if new.shape != old.shape or not (np.abs(new - want) <= spacing).all():
                raise Broken("update", f"update does not leave {a} − lr·(∂J/∂{a})ᵀ in self.{a}", a)


def _column(x: Array) -> Array:
    return np.array(x).reshape(-1, 1)


def _undefined(obj: Any, method: Any) -> str:
    """': forward reads W, x and b …': every name the method reads that is nowhere defined, and what was meant."""
    code, scope = method.__func__.__code__, method.__func__.__globals__
    builtins = vars(__import__("builtins"))
    missing = [n for n in code.co_names if n not in scope and n not in builtins and not _only_attribute(method, n)]
    meant = [
        f"self.{n}" if hasattr(obj, n) else next((p for p in code.co_varnames if p.startswith(n)), n) for n in missing
    ]
    return f": {method.__name__} reads {names(missing)}, defined nowhere; write {names(meant)}" if missing else ""


def _only_attribute(method: Any, name: str) -> bool:
    """Whether `name` appears in the method only as .name."""
    import dis

    return not any(i.argval == name and i.opname in ("LOAD_GLOBAL", "LOAD_NAME") for i in dis.get_instructions(method))

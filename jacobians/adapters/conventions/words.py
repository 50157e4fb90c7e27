"""The values of a question in a course's words, and its answers in ours: layouts, one-hot labels, several for one."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from ...kinds import is_tuple
from ...verify.door import Broken
from ..place import Handle
from . import axes
from .part import Part
from .steps import said

Array = np.ndarray
Values = dict[str, Any]
_EACH = ("kernel", "stride", "padding", "dilation")  # settings that may differ from axis to axis


class Words:
    """How one part of a convention says things."""

    def __init__(self, part: Part):
        self.part = part
        items = (n for s in part.all_steps for n in ast.walk(s) if isinstance(n, ast.Subscript))
        self.by_axis = {n.value.id for n in items if isinstance(n.value, ast.Name)}

    def settings(self, given: Values) -> Values | None:
        """The settings as the lines read them; None where the course has one number for what differs by axis."""
        found = dict(given)
        if found.get("stride", 0) is None:
            found["stride"] = found["kernel"]
        for k in _EACH:
            v = found.get(k)
            if k in self.by_axis and isinstance(v, int):
                found[k] = (v, v)
            elif k not in self.by_axis and is_tuple(v):
                if len(set(v)) > 1:
                    return None
                found[k] = v[0]
        return found

    def examples(self, values: Values, theta: tuple[str, ...]) -> list[Values]:
        """The values of each call: all at once, or one example at a time, or one number at a time."""
        if self.part.each == "batch":
            return [values]
        if self.part.each == "entry":
            flat = {a: np.reshape(v, -1) for a, v in values.items()}
            return [dict(zip(flat, one, strict=True)) for one in zip(*flat.values(), strict=True)]
        data = {a: v for a, v in values.items() if a not in theta}
        shared = {a: v for a, v in values.items() if a in theta}
        each = [dict(zip(data, one, strict=True)) for one in zip(*data.values(), strict=True)]
        return [{a: one[a] if a in one else shared[a] for a in values} for one in each]

    def split(self, a: str, v: Array) -> list[Array]:
        """The arrays that an argument is there: runs of its first axis."""
        course = self.part.course(a)
        return [v] if len(course) == 1 else np.split(v, len(course))

    def sizes(self, one: Values) -> axes.Sizes | None:
        """The length of every named axis; None where an array does not fit its layout."""
        known: axes.Sizes | None = dict(self.part.sizes)
        hot = self.part.one_hot
        last = sorted(one, key=lambda a: any(n in hot for n in self.part.course(a)))  # their length is another's
        for a in last:
            for name in self.part.course(a):
                shape = list(np.shape(one[a]))
                if name in hot:
                    if hot[name] not in (known or {}):
                        return None
                    shape.append((known or {})[hot[name]])
                if len(self.part.course(a)) > 1:
                    shape[0] //= len(self.part.course(a))
                known = None if known is None else self._fit(name, tuple(shape), known)
        return known

    def _fit(self, name: str, shape: tuple[int, ...], known: axes.Sizes, of: str = "") -> axes.Sizes | None:
        found = self.axes(name, shape, known, of)
        return {k: v for k, v in found[1].items() if not k.startswith("...")} if found else None

    def axes(
        self, name: str, shape: tuple[int, ...], known: axes.Sizes, of: str = ""
    ) -> tuple[axes.Axes, axes.Sizes] | None:
        """The first layout of a thing that an array of this shape here fits, and the sizes of its axes."""
        for pattern in self.part.patterns(name, of):
            parsed = axes.parse(pattern, len(shape))
            sizes = parsed.sizes(shape, known) if parsed else None
            if parsed and sizes is not None:
                return parsed, sizes
        return None

    def there(self, v: Array, name: str, known: axes.Sizes, of: str = "") -> Any:
        """An array as the course has it; a number where it calls for one at a time."""
        if name in self.part.one_hot:
            v = np.eye(known[self.part.one_hot[name]])[v]
        if self.part.each == "entry":
            return np.asarray(v).item()
        found = self.axes(name, np.shape(v), known, of)
        if found is None:
            layout = " or ".join(map(repr, self.part.patterns(name, of)))
            text = f"the convention lays out {name} as {layout}, which its shape {list(np.shape(v))} here does not fit"
            raise Broken("forward", f"{text}: change the layout", name)
        return found[0].to(np.asarray(v), found[1])

    def here(self, v: Any, name: str, shape: tuple[int, ...], argument: str, known: axes.Sizes, of: str = "") -> Array:
        """An answer of the code as an array of this shape.

        Raises:
            Broken: another shape, or no array; in the course's words.
        """
        if isinstance(v, Handle) or v is None or isinstance(v, str | dict):
            claim = "forward" if argument == "y" else "missing"
            raise Broken(claim, f"{name} is {said(v)}: it should be an array of numbers", argument)
        try:
            array = np.asarray(v)
        except (ValueError, TypeError):
            text = f"{name} is {said(v)}, of which NumPy makes no array: it should be an array of numbers"
            raise Broken("shape", text, argument) from None
        found = self.axes(name, shape, known, of)
        wanted = found[0].shape_there(found[1]) if found else shape
        if array.shape != wanted and not (array.size == 1 and not wanted):  # a loss may come as [1 × 1]
            hint = _hint(array.shape, wanted)
            raise Broken(
                "shape", f"{name} has shape {list(array.shape)}, {self.part.expected} {list(wanted)}{hint}", argument
            )
        array = array.reshape(wanted)
        return found[0].back(array, found[1]) if found else array

    def in_type(self, v: Array, dtype: np.dtype) -> Array:
        """The answer in the type of the question, where the course does not ask that its code keeps it."""
        other = v.dtype.kind in "fiu" and v.dtype != dtype and not self.part.keeps_dtype
        return v.astype(dtype) if other else v


def _hint(got: tuple[int, ...], want: tuple[int, ...]) -> str:
    if got == want[::-1] and got != want:
        return ": it is transposed"
    if len(got) == len(want) + 1 and got[1:] == want:
        return ": the sum over the batch is missing"
    if len(got) < len(want) and tuple(k for k in want if k != 1) == tuple(k for k in got if k != 1):
        return ": an axis of length 1 is missing (keepdims=True)"
    return ": the right number of entries, in another shape" if np.prod(got) == np.prod(want) else ""

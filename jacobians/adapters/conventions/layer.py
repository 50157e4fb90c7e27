"""Code in a course's convention as `forward` and `backward`: the values go there in its words, the answers come back.

Nothing of the code is touched but through its place (place.py), so it may live in this process or in a sandbox.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...batch import Batch
from ...point import Point
from ...verify.door import Broken, taking
from ...verify.results import Report
from ..place import Handle, Place
from . import lines
from .example import written_example
from .part import Part
from .steps import Steps
from .told import told
from .truth import truth
from .update import RATE, examine_update
from .words import Array, Values, Words


@dataclass
class Run:
    """One call of forward: what the names of the lines stand for, the lengths of axes, and the shape of y."""

    known: Values
    sizes: dict[str, int]
    y_shape: tuple[int, ...]


@dataclass
class Saved:
    """What backward wants. The objects of the code are forgotten with it."""

    place: Place
    runs: list[Run]
    values: dict[str, Array]
    settings: Values

    def __del__(self) -> None:
        self.place.drop(*(v for run in self.runs for v in run.known.values() if isinstance(v, Handle)))


class ConventionLayer:
    """A part of a convention, for `verify.door`.

    Attributes:
        layer: the layer class to check it against (truth.py).
        part: the part of the convention.
        missing: what the code lacks of the part, in a sentence, where this is its forward alone.
    """

    missing = ""

    def __init__(self, part: Part, place: Place, file_name: Mapping[str, str] | None = None):
        """`file_name`: what the file calls its functions and classes, where the convention calls them otherwise."""
        self.part, self.place, self.file_name, self.words = part, place, dict(file_name or {}), Words(part)
        self.layer = truth(part)
        self.taken = tuple(k for k in self.layer().settings if k in part.read)
        self.reads_upstream = bool(set(part.gradients("out")) & part.read)
        self.forward = taking((*part.args, *self.taken), self._forward)
        self._known_shapes: dict[Any, tuple[dict[str, int], tuple[int, ...]]] = {}

    def takes(self, point: Point) -> bool:
        """Whether the point has a form in this convention, and keeps to what the course assumes."""
        map: Any = point.map.map if isinstance(point.map, Batch) else point.map
        settings = self.words.settings({k: getattr(map, k) for k in self.taken})
        if settings is None or (self.part.each == "entry" and len({np.shape(v) for v in point.values.values()}) > 1):
            return False
        sizes = self.words.sizes(self.words.examples(point.values, self.layer.theta)[0])
        return sizes is not None and all(
            self.steps({**settings, **sizes}).value(expression.value)  # type: ignore[attr-defined]
            for expression in self.part.expressions
        )

    def _forward(self, **given: Any) -> tuple[Array, Saved]:
        values = {a: given.pop(a) for a in self.part.args}
        runs = [self.run(one, given) for one in self.words.examples(values, self.layer.theta)]
        outs = [self._out(run) for run in runs]
        y = outs[0] if self.part.each == "batch" else np.stack(outs)
        if self.part.each == "entry":
            y = y.reshape(np.shape(next(iter(values.values()))))
        floats = (np.asarray(v).dtype for v in values.values())
        return self.words.in_type(y, next(d for d in floats if d.kind not in "iub")), Saved(
            self.place, runs, values, given
        )

    def run(self, one: Values, given: Values) -> Run:
        """Forward for the values of one call, with the layer's settings."""
        sizes, y_shape = self._shapes(one, given)
        known = {**(self.words.settings(given) or {}), **sizes, "lr": RATE}
        for a, v in one.items():
            for name, array in zip(self.part.course(a), self.words.split(a, v), strict=True):
                known[name] = self._handed(name, self.words.there(array, name, sizes))
        run = Run(known, sizes, y_shape)
        self.steps(known).run(self.part.steps["forward"], "forward")
        return run

    def _shapes(self, one: Values, given: Values) -> tuple[dict[str, int], tuple[int, ...]]:
        """The lengths of axes and the shape of y, which depend on shapes and settings alone: each is found once."""
        key = (*(np.shape(v) for v in one.values()), *given.items())
        if key not in self._known_shapes:
            sizes, map = self.words.sizes(one), self.layer(**given)
            assert sizes is not None, "asked at a point that it does not take"
            whole: Any = map if map.interacts or self.part.each != "batch" else Batch(map)
            self._known_shapes[key] = sizes, np.shape(whole.forward(**one))
        return self._known_shapes[key]

    def _handed(self, name: str, v: Any) -> Any:
        """A copy of what the code may write into."""
        return np.array(v) if name in self.part.may_write else v

    def _out(self, run: Run) -> Array:
        names, axis = self.part.course("out"), self._several()
        shape = run.y_shape if len(names) == 1 else (*run.y_shape[:axis], *run.y_shape[axis + 1 :])
        outs = [self.words.here(run.known[name], name, shape, "y", run.sizes) for name in names]
        return self._unscaled(outs[0] if len(outs) == 1 else np.stack(outs, axis=axis), names[0], run)

    def _several(self) -> int:
        """The axis of y whose entries are several outputs there: the first of one example's."""
        return 0 if self.layer.interacts or self.part.each != "batch" else 1

    def backward(self, g: Array, saved: Saved) -> dict[str, Any]:
        """The gradient of each argument that the convention has one for; a Broken where it is none."""
        if self.part.forward_only:
            return {}
        rows = [g] if self.part.each == "batch" else list(np.reshape(g, (len(saved.runs), *saved.runs[0].y_shape)))
        examples = self.words.examples(saved.values, self.layer.theta)
        each = [self._gradients(run, row, one) for run, row, one in zip(saved.runs, rows, examples, strict=True)]
        found = {a: self._joined(a, [one[a] for one in each], saved.values[a]) for a in self.part.given_gradients}
        if self.part.update and not any(isinstance(v, Broken) for v in found.values()):
            examine_update(self, examples[0], rows[0], saved.settings)
        return found

    def _joined(self, a: str, each: list[Any], v: Array) -> Any:
        if (broken := next((one for one in each if isinstance(one, Broken)), None)) is not None:
            return broken
        if self.part.each == "batch":
            return self.words.in_type(each[0], v.dtype)
        whole = np.sum(each, axis=0) if a in self.layer.theta else np.stack(each)
        return self.words.in_type(whole.reshape(v.shape), v.dtype)

    def _gradients(self, run: Run, g: Array, one: Values) -> dict[str, Any]:
        known = dict(run.known)
        after = Run(known, run.sizes, run.y_shape)
        self.run_backward(after, g)
        found = {a: self._gradient(after, a, np.shape(one[a]), g) for a in self.part.given_gradients}
        kept = {v.number for v in run.known.values() if isinstance(v, Handle)}
        self.place.drop(*(v for v in known.values() if isinstance(v, Handle) and v.number not in kept))
        return found

    def run_backward(self, run: Run, g: Array) -> None:
        """The lines of backward, their results among the names of the run."""
        names, course = self.part.gradients("out"), self.part.course("out")
        for name, array, of in zip(names, self.split_g(g), course, strict=True):
            run.known[name] = self._handed(name, self.words.there(array, name, run.sizes, of))
        self.steps(run.known).run(self.part.steps["backward"], "backward")

    def split_g(self, g: Array) -> list[Array]:
        """The upstream gradient of each output that the course has."""
        n = len(self.part.gradients("out"))
        return [g] if n == 1 else [np.take(g, k, axis=self._several()) for k in range(n)]

    def example(
        self, values: dict[str, Array], settings: Values, g: Array, argument: str, entry: tuple[int, ...]
    ) -> str | None:
        """Code that shows a wrong entry, in the course's words (verify/reproduce.py); `argument` is "" for y."""
        return written_example(self, values, settings, g, argument, entry)

    def _gradient(self, run: Run, a: str, shape: tuple[int, ...], g: Array) -> Array | Broken:
        try:
            return self._received(run, a, shape, g)
        except Broken as fault:
            return fault

    def told(self, report: Report) -> Report:
        """The report on this code, with the course's words for what is wrong."""
        return told(report, self.part)

    def _received(self, run: Run, a: str, shape: tuple[int, ...], g: Array) -> Array:
        names, course = self.part.gradients(a), self.part.course(a)
        own = shape if len(names) == 1 else (shape[0] // len(names), *shape[1:])
        parts = [
            self.words.here(run.known[name], name, own, a, run.sizes, of)
            for name, of in zip(names, course, strict=True)
        ]
        whole = parts[0] if len(parts) == 1 else np.concatenate(parts)
        whole = self._unscaled(whole, names[0], run)
        if not self.reads_upstream:  # the gradient of a loss: g is the number that is multiplied with
            whole = whole * np.reshape(g, (*np.shape(g), *(1,) * (whole.ndim - np.ndim(g))))
        return whole

    def _unscaled(self, v: Array, name: str, run: Run) -> Array:
        """Without the factor that the course has there."""
        scale = self.part.scale.get(name)
        return v if scale is None else v / self.steps(dict(run.sizes)).value(lines.expression(scale))

    def steps(self, known: Values) -> Steps:
        """Lines of this part, with these names known."""
        part = self.part
        wanted = {n for a in ("out", *part.args) for n in part.gradients(a)} | set(part.course("out"))
        return Steps(self.place, known, wanted, self.file_name)

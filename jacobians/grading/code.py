"""A student's code as forward and backward: through the assignment's convention, wherever the code lives.

The convention "plain" is the package's own: forward(x, W, b) -> (y, saved), backward(g, saved) -> {"x": …}; the names
`forward` and `backward` may be others for each question. Any other is one of `jacobians check --convention`, by its
name, or the text of a file of the course's own: so it needs no such file where the work is done.
"""

from __future__ import annotations

import tomllib
from collections import deque
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from ..adapters.conventions import convention as conventions
from ..adapters.conventions.any import part_for
from ..adapters.conventions.find import Incomplete, found_in
from ..adapters.conventions.layer import ConventionLayer
from ..adapters.conventions.steps import said
from ..adapters.conventions.truth import truth
from ..adapters.place import Handle, Place
from ..errors import BadFile, UnknownName, names, nearest
from ..kinds import is_tuple
from ..layer import Layer
from ..layers import find
from ..point import Point
from ..verify.door import Broken, parameters, taking
from .alone import without_gradients
from .assignment import FORWARD, Assignment, Question

if TYPE_CHECKING:
    from .sandbox.protection import Level

PLAIN = "plain"
MOST_KEPT = 4  # what forward saved, in the place: the contract of two interleaved calls wants two


class Plain:
    """Two functions of a place, in the package's own convention."""

    def __init__(
        self, place: Place, layer: type[Layer], forward: str, backward: str, takes: tuple[str, ...], missing: str = ""
    ):
        """`takes`: the arguments and settings that the student's forward has; `missing`: why there is no backward."""
        self.place, self.calls, self.missing = place, (forward, backward), missing
        self.layer = without_gradients(layer) if missing else layer
        self.kept: deque[Handle] = deque()
        self.forward = taking(takes, self._forward)

    def _forward(self, **values: Any) -> tuple[Any, Any]:
        out = self.place.call(self.calls[0], keep=(1,), **values)
        if not is_tuple(out) or len(out) != 2:
            raise Broken("forward", f"{self.calls[0]} returned {said(out)}: return the pair (y, saved)")
        if isinstance(out[1], Handle):
            self.kept.append(out[1])
        while len(self.kept) > MOST_KEPT:
            self.place.drop(self.kept.popleft())
        return out

    def takes(self, point: Point) -> bool:
        """Any point will do (but its settings must be among forward's own: see verify.trial)."""
        return True

    def backward(self, g: Any, saved: Any) -> Any:
        return {} if self.missing else self.place.call(self.calls[1], g, saved)


def plain(place: Place, question: Question) -> Plain:
    """The question's two functions; where backward is not there, and forward alone gives points, that.

    Raises:
        UnknownName: one is not there.
    """
    found = {n: f for n, f in place.found().items() if f.kind == "function"}
    layer = find(question.layer)
    forward, backward = (question.names.get(k, k) for k in ("forward", "backward"))
    lacks = [
        f"there is no function {name!r}; the functions are {names(list(found)[:12])}.{nearest(name, found)}"
        for name in (forward, backward)
        if name not in found
    ]
    if lacks and (forward not in found or FORWARD not in question.points):
        raise UnknownName(lacks[0])
    takes = found[forward].parameters or (*layer().args, *layer().settings)
    if missing := [a for a in layer().args if a not in takes]:
        raise UnknownName(f"{forward} takes {names(takes)}: it needs {names(missing)} by name")
    return Plain(place, layer, forward, backward, takes, *lacks)


@cache
def convention_of(said: str) -> conventions.Convention:
    """The convention of an assignment: one of the package by its name, or a course's own by its file's text.

    Raises:
        BadFile: the text says something that cannot be.
    """
    if "\n" not in said:
        return conventions.load(said)
    try:
        return conventions.read(tomllib.loads(said), "of the assignment")
    except tomllib.TOMLDecodeError as error:
        raise BadFile(f"the convention is not valid TOML: {error}") from None


def examine_convention(convention: str) -> None:
    """Refuse a convention that is none.

    Raises:
        UnknownName: with the nearest name.
        BadFile: its file says something that cannot be.
    """
    if convention == PLAIN:
        return
    if "\n" not in convention and convention not in conventions.convention_names():
        known = [*conventions.convention_names(), PLAIN]
        mend = nearest(convention, known)
        raise UnknownName(f"no convention is called {convention!r}: write one of {names(known)}.{mend}")
    convention_of(convention)


def part_and_layer(convention: str, part: str | None, layer: str | None) -> tuple[str, str]:
    """The convention's part and the layer that a question is about, given one or both.

    Raises:
        UnknownName: the convention has no such part, or there is no such layer.
    """
    if convention == PLAIN or _for_any(convention):
        if layer is None and convention == PLAIN:
            raise UnknownName("the plain convention has no parts: write `layer` instead")
        find(layer or str(part))
        return part or str(layer), layer or str(part)
    chosen = convention_of(convention).chosen(part or layer)[0]
    if layer not in (None, chosen.layer):
        raise UnknownName(f"part {chosen.name!r} is written for the layer {chosen.layer!r}, not {layer!r}")
    return chosen.name, chosen.layer


def layer_class(convention: str, question: Question) -> type[Layer]:
    """The layer of a question: one of the package, or what the convention composes of several."""
    if convention == PLAIN or _for_any(convention):
        return find(question.layer)
    return convention_of(convention).parts[question.part].kind


def judged_by(convention: str, question: Question) -> type[Layer]:
    """The layer of a question, with the points that its code is judged at."""
    if convention == PLAIN:
        return find(question.layer)
    parts = convention_of(convention).parts
    part = part_for(list(parts.values()), question.layer) if _for_any(convention) else parts[question.part]
    return truth(part) if part else find(question.layer)


def _for_any(convention: str) -> bool:
    """Whether it says how every layer is written, and not each one."""
    return any(p.layer in conventions.ANY for p in convention_of(convention).parts.values())


def code_for(place: Place, assignment: Assignment, question: Question, update: bool = False) -> tuple[Any, type[Layer]]:
    """The student's code for one question, as forward and backward, and the layer to judge it by.

    Where there is no backward, and forward gives points, it is forward alone: `missing` says what is not there.

    Args:
        update: whether the convention's update is examined at each backward, too.

    Raises:
        UnknownName, BadFile: what the file should define is not there, with the nearest name.
    """
    if assignment.convention == PLAIN:
        own = plain(place, question)
        return own, own.layer
    convention = convention_of(assignment.convention)
    fast = found_in(place, convention, question.part, question.names)[question.part]
    if isinstance(fast, Incomplete):
        if fast.alone is None or FORWARD not in question.points:
            raise UnknownName(fast.text)
        fast = fast.alone
    if fast.part.update and not update:
        fast = ConventionLayer(replace(fast.part, update=""), place, fast.file_name)
    return fast, fast.layer


def wanted_names(assignment: Assignment, question: Question) -> list[str]:
    """The functions and classes that a student writes for a question."""
    if assignment.convention == PLAIN:
        return [question.names.get(k, k) for k in ("forward", "backward")]
    if _for_any(assignment.convention):
        return [question.names.get(question.layer, question.layer)]
    part = convention_of(assignment.convention).parts[question.part]
    return [question.names.get(n, n) for n in part.wanted]


def renamable(convention: str, part: str) -> tuple[str, ...]:
    """What a question's `names` may give other names to; none where that is not known before there is code."""
    if convention == PLAIN:
        return ("forward", "backward")
    if _for_any(convention):
        return ()
    return tuple(dict.fromkeys(n.partition(".")[0] for n in convention_of(convention).parts[part].wanted))


def called(fast: Any) -> dict[str, str]:
    """What each part of a question is called, in the student's words: "dw, the gradient of w"."""
    if isinstance(fast, ConventionLayer):
        part = fast.part
        said = {a: f"{', '.join(part.gradients(a))}, the gradient of {', '.join(part.course(a))}" for a in part.args}
        return {FORWARD: f"{', '.join(part.course('out'))}, what forward gives", **said}
    return {a: f"the gradient of {a}" for a in parameters(fast.forward) or ()}


def given(assignment: Assignment) -> dict[str, Any] | None:
    """Names that the students' files may use without importing them."""
    if assignment.convention == PLAIN:
        return None
    return {n: getattr(np, n) for n in convention_of(assignment.convention).given} or None


def open_sandbox(assignment: Assignment, require: str | None) -> Any:
    """A sandbox with the assignment's limits, opened.

    Raises:
        JacobiansError: the level of protection required is not to be had here.
    """
    from .sandbox import Limits, Sandbox

    said = {k: v for k, v in assignment.limits.items() if k not in ("memory_mb", "processes")}
    level = cast("Level | None", require)  # what is no level is refused there
    whole = {"memory": int(assignment.limits["memory_mb"] * 2**20)} if "memory_mb" in assignment.limits else {}
    if "processes" in assignment.limits:
        whole["processes"] = int(assignment.limits["processes"])
    return Sandbox(limits=Limits(**said, **whole), require=level, allow=assignment.allow).__enter__()

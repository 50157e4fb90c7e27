"""A convention and its parts, as they were read: what the course calls things, and what its lines read and assign."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ...errors import UnknownName, names, nearest
from ...layer import Layer
from ...layers import find
from . import axes, lines
from .graph import composed

ANY = ("any with parameters", "any without parameters", "any of one number")  # see any.py
Names = str | list[str]


@dataclass(frozen=True)
class Part:
    """One function, pair of functions or class of a course. The attributes are the keys of convention.py."""

    name: str
    where: str  # "convention cs231n, part affine", for a sentence
    layer: str
    forward: str
    graph: str = ""
    backward: str = ""
    gradient: str = "d{}"
    names: dict[str, Names] = field(default_factory=dict)
    layout: dict[str, Names] = field(default_factory=dict)
    hold: dict[str, Any] = field(default_factory=dict)
    prefer: dict[str, Any] = field(default_factory=dict)
    scale: dict[str, str] = field(default_factory=dict)
    one_hot: dict[str, str] = field(default_factory=dict)
    each: str = "batch"
    sizes: dict[str, int] = field(default_factory=dict)
    assume: list[str] = field(default_factory=list)
    points: list[dict[str, Any]] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
    update: str = ""
    updated: dict[str, str] = field(default_factory=dict)
    may_write: list[str] = field(default_factory=list)
    forward_only: bool = False
    keeps_dtype: bool = False
    loose_names: bool = False
    given: list[str] = field(default_factory=list)
    expected: str = "expected"
    for_any: bool = False  # made for one layer of a part for any (any.py)

    @cached_property
    def kind(self) -> type[Layer]:
        """The layer here."""
        return composed(self.graph, self.name, self.where) if self.graph else find(self.layer)

    @cached_property
    def steps(self) -> dict[str, list[ast.stmt]]:
        """The lines of forward, backward and update, as syntax."""
        return {k: lines.parse(getattr(self, k), f"{self.where}: {k}") for k in ("forward", "backward", "update")}

    @cached_property
    def args(self) -> tuple[str, ...]:
        """The layer's arguments."""
        return self.kind(**self.hold).args

    def course(self, a: str) -> tuple[str, ...]:
        """What the course calls an argument, or "out": several names where it is several arrays there."""
        said = self.names.get(a, a)
        return (said,) if isinstance(said, str) else tuple(said)

    def gradients(self, a: str) -> tuple[str, ...]:
        """What the course calls the gradient of an argument, and of "out" the upstream gradient."""
        said = self.names.get(f"d{a}")
        if said is not None:
            return (said,) if isinstance(said, str) else tuple(said)
        return tuple(self.gradient.format(n) for n in self.course(a))

    def patterns(self, name: str, of: str = "") -> tuple[str, ...]:
        """The layouts of a thing of the course, the first that fits is meant; of a gradient: its own, or that of it."""
        said = self.layout.get(name, self.layout.get(of, axes.IDENTITY))
        return (said,) if isinstance(said, str) else tuple(said)

    @cached_property
    def all_steps(self) -> list[ast.stmt]:
        return [s for steps in self.steps.values() for s in steps]

    @cached_property
    def expressions(self) -> list[ast.stmt]:
        """What the course lets its code rely on."""
        return [s for text in self.assume for s in lines.parse(text, f"{self.where}: assume")]

    @cached_property
    def read(self) -> set[str]:
        """The names that the lines, or what is assumed, read."""
        return lines.read([*self.all_steps, *self.expressions])

    @cached_property
    def known(self) -> set[str]:
        """Every name that the lines may read and that is no function of the file."""
        things = ("out", *self.args)
        course = {n for a in things for n in (*self.course(a), *self.gradients(a))}
        sizes = {
            n for p in self.layout.values() for one in ([p] if isinstance(p, str) else p) for n in _axis_names(one)
        }
        return course | sizes | set(self.sizes) | set(self.kind().settings) | {"lr"} | lines.assigned(self.all_steps)

    @cached_property
    def wanted(self) -> tuple[str, ...]:
        """What the file must have: "affine_forward", "Linear", "Value.tanh"."""
        if self.needs:
            return tuple(self.needs)
        called = lines.called(self.all_steps, self.known)
        return tuple(dict.fromkeys(n for n in called if n.partition(".")[0] not in (*self.imports, lines.BARE)))

    @cached_property
    def given_gradients(self) -> tuple[str, ...]:
        """The arguments whose gradient the lines say where to find."""
        there = lines.assigned(self.all_steps)
        return tuple(a for a in self.args if a not in self.kind.constant and set(self.gradients(a)) <= there)


@dataclass(frozen=True)
class Convention:
    """What a file in conventions/ says."""

    name: str
    description: str
    parts: dict[str, Part]

    @property
    def given(self) -> tuple[str, ...]:
        """The names of NumPy that the file may use without importing them."""
        return tuple(dict.fromkeys(n for p in self.parts.values() for n in p.given))

    def chosen(self, name: str | None) -> list[Part]:
        """The parts of this name, or of this layer; all of them for None.

        Raises:
            UnknownName: there is none.
        """
        found = [p for p in self.parts.values() if name in (None, p.name, p.layer)]
        if not found:
            known = [*self.parts, *(p.layer for p in self.parts.values())]
            mend = nearest(str(name), known)
            raise UnknownName(f"convention {self.name} has no {name!r}: it has {names(self.parts)}.{mend}")
        return found


def _axis_names(pattern: str) -> Iterator[str]:
    words = pattern.replace("(", " ").replace(")", " ").split()
    return (w for w in words if w.isidentifier())

"""A convention: how a course writes its layers, as a TOML file beside this one, found by looking.

    description = "…"                        one line, for people
    gradient = "d{}"                         what the gradient of a thing is called (mytorch: "dLd{}")

    [parts.affine]                           one for each function or class that the course has
    layer = "linear"                         the layer here (`jacobians layers`), or
    graph = "…"                              several of them (graph.py)
    names = {W = "w"}                        what the course calls its arguments, and `out`; a list: one array for each
    layout = {w = "m d -> d m"}              how it lays them out (axes.py); a gradient like its argument
    forward = "out, cache = affine_forward(x, w, b)"             how it is called (lines.py)
    backward = "dx, dw, db = affine_backward(dout, cache)"

The other keys of a part, all of which may also stand at the top for all parts:

    hold = {reduction = "sum"}               settings of the layer that this course has
    prefer = {at_zero = 0.0}                 its choice at a kink; another usual one is let pass, and noted
    scale = {dw = "1/n"}                     what a gradient is multiplied by there
    one_hot = {Y = "c"}                      labels that are given one-hot, along a new last axis of this length
    each = "example"                         one example a call, without a batch axis; "entry": one number a call
    sizes = {h = 2}                          lengths of axes that a layout parts
    assume = ["n % 2 == 0"]                  what the course lets its code rely on
    points = [{x = [3, 7, 6], stride = 2}]   more points to ask at: shapes of one example's arguments, and settings;
                                             {shape = [5], below = 3}: labels, {shape = [5, 3], probabilities = true}
    without = ["ties"]                       points of the layer that are not asked: those with this in their name
    needs = ["Value.tanh"]                   what the file must have; default: all that the lines call
    imports = ["np"]                         names that the lines call and the file imports
    update = "self.update(dJdW, dJdb)"       θ ← θ − lr ∂J/∂θ, with lr given
    updated = {W = "self.W"}                 where θ is afterwards
    may_write = ["w"]                        what the code may write into: w, as an update in place does, or dout
    forward_only = true                      there is no gradient to be asked for: an update rule
    keeps_dtype = true                       float32 in, float32 out is asked, too
    loose_names = true                       names may differ in case and underscores
    given = ["matmul"]                       names of NumPy that the file may use without importing them
    expected = "the chapter's is"            how a shape that is asked for is spoken of
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from ...errors import BadFile, UnknownName, names, nearest
from . import axes, lines
from .part import ANY, Convention, Part

__all__ = ["ANY", "Convention", "Part", "convention_names", "examine", "load", "read"]
FOLDER = Path(__file__).parent


def convention_names() -> list[str]:
    """The conventions there are: one TOML file each."""
    return sorted(p.stem for p in FOLDER.glob("*.toml"))


@cache
def load(name: str) -> Convention:
    """A convention of the package by its name, or one's own by the path of its file (anything that ends in .toml).

    Raises:
        UnknownName: no such convention, with the nearest.
        BadFile: a file that says something that cannot be.
    """
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if not path.is_file():
        if name.endswith(".toml"):
            raise BadFile(f"there is no convention file {name!r}: give the path of a TOML file")
        known = convention_names()
        raise UnknownName(f"no convention is called {name!r}: write one of {names(known)}.{nearest(name, known)}")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadFile(f"{path.name} is not valid TOML: {error}") from None
    return read(table, path.stem)


def read(table: dict[str, Any], name: str) -> Convention:
    """A convention from what its TOML file says.

    Raises:
        BadFile: an unknown key, a wrong type, a name that no layer has, lines that cannot be followed.
    """
    table = dict(table)
    parts, description = table.pop("parts", None), table.pop("description", "")
    where = f"convention {name}"
    if not isinstance(parts, dict) or not parts:
        raise BadFile(f"{where} has no parts: write [parts.NAME] with layer, forward and backward")
    _examine_types(
        table, where, {k: v for k, v in _TYPES.items() if k not in ("layer", "graph", "forward", "backward")}
    )
    made: dict[str, Part] = {}
    for key, said in parts.items():
        at = f"{where}, part {key}"
        if not isinstance(said, dict):
            raise BadFile(f"{at} is {said!r}: write a table, [parts.{key}]")
        _examine_types(said, at, _TYPES)
        missing = [k for k in ("layer", "forward") if k not in said and not (k == "layer" and "graph" in said)]
        if missing:
            raise BadFile(f'{at} has no {missing[0]}: write {missing[0]} = "…"')
        made[key] = Part(name=key, where=at, **{"layer": key, **_merged(table, said)})
        if made[key].layer not in ANY:
            examine(made[key], set(said.get("names", {})))
    return Convention(name, str(description), made)


def _merged(common: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """A part's own keys over those of all parts; tables are joined."""
    joined = {k: {**common[k], **v} for k, v in own.items() if isinstance(v, dict) and k in common}
    apart = {k: dict(v) for k, v in common.items() if isinstance(v, dict)}
    return {**common, **apart, **own, **joined}


_TYPES: dict[str, type] = {
    **dict.fromkeys(("layer", "graph", "forward", "backward", "gradient", "each", "update", "expected"), str),
    **dict.fromkeys(("names", "layout", "hold", "prefer", "scale", "one_hot", "sizes", "updated"), dict),
    **dict.fromkeys(("assume", "points", "without", "needs", "imports", "given", "may_write"), list),
    **dict.fromkeys(("keeps_dtype", "loose_names", "forward_only"), bool),
}
_SAID = {str: "text in quotes", dict: "a table, {…}", list: "a list, […]", bool: "true or false"}


def _examine_types(table: dict[str, Any], where: str, types: dict[str, type]) -> None:
    for key, value in table.items():
        if key not in types:
            mend = nearest(key, types) or f" It knows {names(types)}."
            raise BadFile(f"{where} has the key {key!r}, which means nothing.{mend}")
        if not isinstance(value, types[key]):
            raise BadFile(f"{where}: {key} is {value!r}; write {_SAID[types[key]]}")


def examine(part: Part, own_names: set[str] | frozenset[str] = frozenset()) -> None:
    """What can be told before any file is there; `own_names`: the names that the part itself speaks of."""
    try:
        layer = part.kind
    except UnknownName as error:
        raise BadFile(f"{part.where}: {error}") from None
    for key in ("hold", "prefer"):
        if stray := [k for k in getattr(part, key) if k not in layer().settings]:
            mend = nearest(stray[0], layer().settings)
            raise BadFile(f"{part.where}: {key} has {stray[0]!r}; {part.layer} has {names(layer().settings)}.{mend}")
    things = {"out", *part.args}
    for k in set(part.names) - own_names:  # said for all parts, not all of which have such an argument
        if k not in things and k.removeprefix("d") not in things:
            del part.names[k]
    if stray := [k for k in part.names if k not in things and k.removeprefix("d") not in things]:
        raise BadFile(
            f"{part.where} names {stray[0]!r}; {part.layer} has {names(part.args)}, and out.{nearest(stray[0], things)}"
        )
    if part.each not in ("batch", "example", "entry"):
        raise BadFile(f"{part.where}: each is {part.each!r}; write batch, example or entry")
    spoken = {n for a in things for n in (*part.course(a), *part.gradients(a))}
    for key in ("layout", "one_hot", "scale"):
        if stray := [k for k in getattr(part, key) if k not in spoken]:
            mend = nearest(stray[0], spoken)
            raise BadFile(f"{part.where}: {key} speaks of {stray[0]!r}; here are {names(sorted(spoken))}.{mend}")
    for said in part.layout.values():
        for pattern in [said] if isinstance(said, str) else said:
            try:
                axes.parse(pattern, 4)
            except BadFile as error:
                raise BadFile(f"{part.where}: {error}") from None
    _examine_lines(part)


def _examine_lines(part: Part) -> None:
    out = part.course("out")
    if missing := [n for n in out if n not in lines.assigned(part.steps["forward"])]:
        raise BadFile(f"{part.where}: no line of forward assigns {missing[0]!r}, what the course calls the output")
    if not part.given_gradients and not part.forward_only:
        wanted = [n for a in part.args if a not in part.kind.constant for n in part.gradients(a)]
        raise BadFile(f"{part.where}: no line assigns a gradient; assign {names(wanted)}")
    roots = {n.partition(".")[0] for n in lines.called(part.all_steps, part.known)}
    unknown = sorted(lines.read(part.all_steps) - part.known - roots - set(part.imports))
    if unknown:
        mend = nearest(unknown[0], part.known)
        raise BadFile(f"{part.where}: the lines read {unknown[0]!r}, which is nothing here.{mend}")

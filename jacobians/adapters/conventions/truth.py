"""What a part of a convention is judged by: its layer here, with the course's settings, at points that it can meet.

A subclass of the layer, under the part's name: same formulas, other points. Where a gradient of the course is divided
by the batch size, batches are powers of two, so that this is exact and whole numbers still must come out equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ...errors import BadFile
from ...layer import Layer
from ...point import Point
from .part import Part

EXACT_BATCHES = (1, 4)


def truth(part: Part) -> type[Layer]:
    """The layer of a part, as a class whose points are those that the part can be asked at: one class for each part."""
    known = vars(part)
    if "truth" not in known:
        known["truth"] = _made(part)
    return known["truth"]


def _made(part: Part) -> type[Layer]:
    base = part.kind
    held = {**_without(part, base), **{k: _setting(v) for k, v in part.hold.items()}}
    ungiven = (a for a in base._names if a not in base.constant and a not in part.given_gradients)
    body: dict[str, Any] = {
        "__module__": f"convention.{part.name}",
        "__doc__": base.__doc__,
        "__annotations__": dict.fromkeys({**held, **part.prefer}, Any),
        "optional": tuple(dict.fromkeys((*base.optional, *ungiven))),
        "conventions": {k: v for k, v in base.conventions.items() if k not in held},
        "points": classmethod(lambda cls, rng, n: _points(cls, part, held, rng, n)),  # type: ignore[arg-type]
        **held,
        **part.prefer,
    }
    if part.scale:
        body["batches"] = EXACT_BATCHES
    return type(base.__name__, (base,), body)


def _without(part: Part, base: type[Layer]) -> dict[str, Any]:
    """The settings that the course does not have, at their defaults; its choice at a kink is found out."""
    return {k: v for k, v in base().settings.items() if k not in part.read and k not in base.conventions}


def _points(cls: type[Layer], part: Part, held: dict[str, Any], rng: np.random.Generator, n: int) -> Iterator[Point]:
    """The layer's own points that can have the settings held, then those of the part."""
    for point in part.kind.points.__func__(cls, rng, n):  # type: ignore[attr-defined]
        map: Any = replace(point.map, **held)
        marks = (v for a, v in point.values.items() if a in cls.constant and np.asarray(v).dtype.kind == "i")
        if any(word in point.name for word in part.without):
            continue
        marked = any(np.min(v, initial=0) < 0 for v in marks)  # labels below 0 are ignored, where that is a setting
        if (map == point.map or _possible(Point(map, point.values))) and not marked:
            yield Point(map, point.values, point.name)
    for k, said in enumerate(part.points, start=1):
        yield _drawn(cls, part, said, rng.standard_normal, rng, k)
        if part.graph and said.get("whole", True):
            yield _drawn(cls, part, said, _whole(rng), rng, k, "whole numbers")


Draw = Callable[[tuple[int, ...]], np.ndarray]


def _drawn(
    cls: type[Layer], part: Part, said: dict[str, Any], draw: Draw, rng: np.random.Generator, k: int, how: str = ""
) -> Point:
    """A point of the part's own."""
    settings = {a: _setting(v) for a, v in said.items() if a in cls().settings}
    shapes = {a: v for a, v in said.items() if a in cls._names}
    where = f"{part.where}, point {k}"
    if missing := [a for a in cls._names if a not in shapes]:
        raise BadFile(f"{where} has no shape for {missing[0]}: write {missing[0]} = […], of one example")
    if stray := set(said) - set(settings) - set(shapes) - {"name", "whole"}:
        raise BadFile(f"{where} has {stray.pop()!r}: {part.layer} has neither an argument nor a setting of that name")
    for a, v in shapes.items():
        if isinstance(v, dict) and not ("shape" in v and v.keys() & {"below", "probabilities"}):
            raise BadFile(
                f"{where}: {a} is {v!r}; write [3, 2], {{shape = [3], below = 2}} or "
                "{shape = [3, 2], probabilities = true}"
            )
    values = {a: _values(v, draw, rng) for a, v in shapes.items()}
    name = said.get("name") or ", ".join(f"{a} {list(v) if isinstance(v, tuple) else v}" for a, v in settings.items())
    named = ", ".join(word for word in (name or f"point {k} of the course's", how) if word)
    point = Point(cls(**settings), values, named)
    if not _possible(point):
        raise BadFile(f"{where}: {point.map!r} has no answer for arguments of these shapes")
    return point


def _whole(rng: np.random.Generator) -> Draw:
    return lambda shape: rng.integers(-2, 3, shape).astype(float)


def _values(said: Any, draw: Draw, rng: np.random.Generator) -> np.ndarray:
    """Numbers of a shape; labels below a limit; or probabilities, each row of which has the sum 1."""
    if not isinstance(said, dict):
        return np.asarray(draw(tuple(said)))
    shape = tuple(said["shape"])
    if said.get("probabilities"):
        weights = 2.0 ** draw(shape)
        return weights / weights.sum(axis=-1, keepdims=True)
    return rng.integers(0, said["below"], shape)


def _possible(point: Point) -> bool:
    try:
        return bool(np.isfinite(np.asarray(point.forward())).all())
    except Exception:  # whatever a formula raises on data it is not made for
        return False


def _setting(v: Any) -> Any:
    return tuple(v) if isinstance(v, list) else v

"""Where code is tried: a layer's points, in batches, with the settings and the rounding of the code on trial."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from ..batch import batch_of
from ..errors import UnknownName, names
from ..kinds import class_of
from ..layer import Layer
from ..point import Point, differentiable
from .door import parameters
from .formats import Format

SIZE = 5  # n of `points`: small enough that every entry of L is exposed, and no shape is square
BATCHES = (1, 3)
LENGTHS = (17, 33, 65, 129)  # one past what a tile, a vector register, a block of threads may hold
_MOST = 30_000  # non-zero entries of L at a long point


def trial_points(
    layer: type[Layer], seed: int, settings: dict[str, Any], size: int = SIZE, batches: tuple[int, ...] = ()
) -> Iterator[Point]:
    """The layer's points with these settings, in batches of each of BATCHES; as they are where examples interact.

    A convention that divides gradients by the batch size has `batches` of its own, for which that is exact.
    """
    batches = batches or getattr(layer, "batches", BATCHES)
    rngs = [np.random.default_rng([seed, k]) for k in range(max(batches))]
    draws = [[_with(p, settings) for p in layer.points(rng, size) if _takes(p, settings)] for rng in rngs]
    together = [same for same in zip(*draws, strict=True) if not settings or _possible(same[0])]
    if not together:
        said = ", ".join(f"{k}={v!r}" for k, v in settings.items())
        raise UnknownName(f"--setting {said}: {layer.__name__} can have that at none of its points")
    for same in together:
        if layer.interacts:
            yield same[0]
        else:
            yield from (batch_of(list(same[:several])) for several in batches)


def long_points(
    layer: type[Layer], seed: int, settings: dict[str, Any], lengths: tuple[int, ...] = LENGTHS
) -> Iterator[Point]:
    """The layer's first point, one past a tile long, and in batches one past a tile, while L stays small enough.

    How many entries L will have is told from how they grew so far.
    """
    if not any(_takes(p, settings) for p in layer.points(np.random.default_rng(seed), SIZE)):
        return
    before, last = (_first(layer, [seed, n], settings, n) for n in (2, SIZE))
    grown, entries = _entries(last) / max(_entries(before), 1), _entries(last)
    exponent = np.log(max(grown, 1.0)) / np.log(SIZE / 2)
    for n in lengths:
        if entries * (n / SIZE) ** exponent <= _MOST:
            point = _first(layer, [seed, n], settings, n)
            yield replace(point if layer.interacts else batch_of([point]), name=f"{point.name}, {n} long")
    for n in () if layer.interacts else lengths:  # where they do, they are what the point is n long in
        if entries * n <= _MOST:
            yield batch_of([_first(layer, [seed, n, k], settings, SIZE) for k in range(n)])


def _first(layer: type[Layer], seed: list[int], settings: dict[str, Any], n: int) -> Point:
    return next(_with(p, settings) for p in layer.points(np.random.default_rng(seed), n) if _takes(p, settings))


def _entries(point: Point) -> int:
    """How many entries of all L^a are not 0."""
    return sum(getattr(L, "nnz", np.size(L)) for L in map(point.L, differentiable(point.map)))


def conventions(fast: Any, layer: type[Layer], fixed: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The layer's own conventions first (nothing changed), then the others; code that takes a setting has none."""
    taken = (*fixed, *(parameters(fast.forward) or layer.conventions))
    free = {k: v for k, v in layer.conventions.items() if k not in taken}
    yield {}
    for values in product(*free.values()):
        chosen = dict(zip(free, values, strict=True))
        if any(v != getattr(layer, k) for k, v in chosen.items()):
            yield chosen


def settings_for(
    fast: Any, point: Point, layer: type[Layer], notes: list[str], held: Container[str] = ()
) -> dict[str, Any] | None:
    """The settings to call forward with; None where the point needs one that this code does not take.

    `held`: settings that a person has said the value of; code that does not take one has that value written in.
    """
    if hasattr(class_of(fast), "takes") and not fast.takes(point):
        notes.append("points with data that this convention has no form for were left out")
        return None
    accepted = parameters(fast.forward)
    wanted = point.map.settings
    if accepted is None:
        return wanted
    untaken = {k: v for k, v in wanted.items() if k not in accepted}
    known = (*layer.conventions, *(k for k in untaken if k in held))
    needed = [k for k, v in untaken.items() if v != getattr(layer, k, None) and k not in known]
    if needed:
        notes.append(f"forward takes no {names(needed)}: points with other than the default were left out")
        return None
    return {k: v for k, v in wanted.items() if k in accepted}


def rounded(point: Point, format: Format) -> Point | None:
    """The point with its values rounded to the format; None where one lies beyond the format's reach."""
    values = {a: format.round(v) if np.asarray(v).dtype.kind == "f" else np.asarray(v) for a, v in point.values.items()}
    finite = all(np.isfinite(v).all() for v in values.values() if v.dtype.kind == "f")
    return replace(point, values=values) if finite else None


def _possible(point: Point) -> bool:
    """Whether a point that was made for other settings has an answer at all (an axis that is there, a number)."""
    try:
        results = [point.forward(), *(point.L(a) for a in differentiable(point.map))]
    except Exception:
        return False
    return all(np.asarray(getattr(r, "data", r)).dtype.kind == "f" for r in results)


def _takes(point: Point, settings: dict[str, Any]) -> bool:
    """Whether the point has the arguments that its map takes with these settings: those of n=3 are not those of n=2."""
    return not settings or replace(point.map, **settings).args == point.map.args  # type: ignore[type-var]


def _with(point: Point, settings: dict[str, Any]) -> Point:
    return replace(point, map=replace(point.map, **settings)) if settings else point  # type: ignore[type-var]

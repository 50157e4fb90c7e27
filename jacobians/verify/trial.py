"""Where code is tried: a layer's points, in batches, with the settings and the rounding of the code on trial."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from ..batch import batch_of
from ..errors import UnknownName, names
from ..layer import Layer
from ..point import Point, differentiable
from .door import parameters
from .formats import Format

SIZE = 5  # n of `points`: small enough that every entry of L is exposed, and no shape is square
BATCHES = (1, 3)


def trial_points(layer: type[Layer], seed: int, settings: dict[str, Any]) -> Iterator[Point]:
    """The layer's points with these settings, in batches of each of BATCHES; as they are where examples interact."""
    rngs = [np.random.default_rng([seed, k]) for k in range(max(BATCHES))]
    draws = [[_with(p, settings) for p in layer.points(rng, SIZE)] for rng in rngs]
    together = [same for same in zip(*draws, strict=True) if not settings or _possible(same[0])]
    if not together:
        said = ", ".join(f"{k}={v!r}" for k, v in settings.items())
        raise UnknownName(f"--setting {said}: {layer.__name__} can have that at none of its points")
    for same in together:
        if layer.interacts:
            yield same[0]
        else:
            yield from (batch_of(list(same[:size])) for size in BATCHES)


def conventions(fast: Any, layer: type[Layer], fixed: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The layer's own conventions first (nothing changed), then the others; code that takes a setting has none."""
    taken = (*fixed, *(parameters(fast.forward) or layer.conventions))
    free = {k: v for k, v in layer.conventions.items() if k not in taken}
    yield {}
    for values in product(*free.values()):
        chosen = dict(zip(free, values, strict=True))
        if any(v != getattr(layer, k) for k, v in chosen.items()):
            yield chosen


def settings_for(fast: Any, point: Point, layer: type[Layer], notes: list[str]) -> dict[str, Any] | None:
    """The settings to call forward with; None where the point needs one that this code does not take."""
    if hasattr(type(fast), "takes") and not fast.takes(point):
        notes.append("points with data that this convention has no form for were left out")
        return None
    accepted = parameters(fast.forward)
    wanted = point.map.settings
    if accepted is None:
        return wanted
    untaken = {k: v for k, v in wanted.items() if k not in accepted}
    needed = [k for k, v in untaken.items() if v != getattr(layer, k, None) and k not in layer.conventions]
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


def _with(point: Point, settings: dict[str, Any]) -> Point:
    return replace(point, map=replace(point.map, **settings)) if settings else point  # type: ignore[type-var]

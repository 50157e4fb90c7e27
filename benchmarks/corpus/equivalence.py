"""Is a mutant a mutant? It computes the same function as the twin where fresh questions do not part the two.

The mutant is compared with the twin itself, in float64, entry by entry: y, and every gradient. Neither the explicit L
nor the bound of a verdict has a say: else whatever that bound lets pass would be called the same function, and no
verdict could miss it. Two arrays are the same where

    |a − b|  ≤  2⁻⁴⁰ max(|b|, |g|)         in every entry; for y without |g|        (1)

with both maxima over whole arrays, b being the twin's; |g| is there for a gradient that is 0 but for rounding. 2⁻⁴⁰ is
4096 units in the last place, room for the roundings of any change here: of all mutants none is off by more than 4e-16
and less than 6e-4 of that size, so any number in between tells them apart alike. What differs only for shapes that no
point has is not told apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from jacobians.layer import Layer
from jacobians.point import Point
from jacobians.verify.trial import trial_points

ROUNDING = 2.0**-40  # (1)
FRESH = {90_001: 5, 90_002: 4, 90_003: 7}  # seed: length of the points; no check of seed 0 asks these
SCALES = (1.0, 2.0**30, 2.0**-30)  # of g: a threshold shows far from 1
_Y = "y, and no gradient"
Arrays = dict[str, np.ndarray]


def equivalent(one: Any, other: Any, layer: type[Layer]) -> bool:
    """Whether `one` computes what `other`, the twin, does, but for rounding, at points that no check of seed 0 asks."""
    for seed, size in FRESH.items():
        for point in trial_points(layer, seed, {}, size):
            rng = np.random.default_rng([seed, 1])
            for g in _upstream(np.shape(point.forward()), rng):
                want = _answers(other, point, g)
                try:
                    with np.errstate(all="ignore"):
                        got = _answers(one, point, g)
                except Exception:  # code that breaks down where the twin does not is another function
                    return False
                least = np.abs(g).max(initial=0.0)
                if got.keys() != want.keys() or not all(same(got[a], v, least * (a != _Y)) for a, v in want.items()):
                    return False
    return True


def same(got: np.ndarray, want: np.ndarray, least: float = 0.0) -> bool:
    """(1), `least` being max |g|."""
    size = max(float(np.abs(want).max(initial=0.0)), least)
    return got.shape == want.shape and bool((np.abs(got - want) <= ROUNDING * size).all())  # a NaN is not


def _upstream(shape: tuple[int, ...], rng: np.random.Generator) -> Iterator[np.ndarray]:
    for scale in SCALES:
        yield rng.standard_normal(shape) * scale


def _answers(fast: Any, point: Point, g: np.ndarray) -> Arrays:
    """y and the gradients that there are, in float64."""
    y, saved = fast.forward(**{a: np.array(v) for a, v in point.values.items()}, **point.map.settings)
    found = {_Y: y} | {a: d for a, d in fast.backward(g.copy(), saved).items() if d is not None}
    return {a: np.asarray(v, np.float64) for a, v in found.items()}

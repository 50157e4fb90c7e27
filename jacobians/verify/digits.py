"""A right formula whose algorithm loses its digits (a variance in one pass, at a large offset) is no wrong formula.

Asked where the code is least wrong, so that a longer format has digits enough. In a shorter format than float64: the
same code, run in float64 at the very same numbers, is right, ten times over.                                     (1)
In float64: the error of a wrong formula hardly changes when every input moves by some units in the last place; the
error of cancelled digits is another each time. With errors ε_i at N such neighbours, digits are what is lost where

    std(ε) > |mean(ε)| / 2                                                                                        (2)
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..point import differentiable
from .bound import Judged, bounded_forward, bounded_jacobians
from .claim import Claim
from .examine import Trial
from .formats import Format, get_format
from .results import Diagnosis

_NEIGHBOURS = 12
_ULPS = 64  # how far a neighbour's inputs lie: far enough that roundings differ, near enough that the function does not


def loses_digits(claim: Claim) -> Diagnosis | None:
    """The diagnosis, where a claim is wrong for that reason."""
    if claim.mildest_at is None:
        return None
    asked, k = claim.mildest_at
    question = asked.G[k]
    if claim.reading.name != "float64":
        if _right_in_float64(claim, asked.trial, question):
            return _named("in float64 the same code is right at these numbers", claim.reading)
    elif _erratic(claim, asked.trial, question):
        text = "the error is another one each time the inputs move by some units in the last place"
        return _named(text, claim.reading)
    return None


def _named(how: str, format: Format) -> Diagnosis:
    text = f"the formula is right ({how}), but its algorithm loses the digits of {format.name}"
    return Diagnosis("loses-digits", text)


def _right_in_float64(claim: Claim, trial: Trial, question: np.ndarray) -> bool:
    got = trial.answer(claim.kind, claim.argument, question, get_format("float64"))  # (1)
    if got is None:
        return False
    judged = _judged(claim, trial, question)
    allowed = judged.tolerance if judged.looser is None else np.maximum(judged.tolerance, judged.looser)
    return bool((np.abs(got.reshape(judged.want.shape) - judged.want) <= 0.1 * allowed).all())


def _erratic(claim: Claim, trial: Trial, question: np.ndarray) -> bool:
    right = [bool((np.abs(one.got - one.want) <= one.tolerance).all()) for one in claim.asked]
    if right and not any(right):
        return False  # wrong everywhere is no matter of digits
    rng = np.random.default_rng([trial.seed, 4])
    one, again = (trial.answer(claim.kind, claim.argument, question, trial.format) for _ in range(2))
    if one is None or again is None or not np.array_equal(one, again):
        return False
    errors: list[np.ndarray] = []
    for _ in range(_NEIGHBOURS):
        near = replace(trial, point=replace(trial.point, values=_moved(trial, rng)))
        got = near.answer(claim.kind, claim.argument, question, trial.format)
        if got is None:
            return False
        judged = _judged(claim, near, question)
        errors.append(got.reshape(judged.want.shape) - judged.want)
    with np.errstate(over="ignore", invalid="ignore"):  # answers may be near the largest number
        mean, spread = np.mean(errors, axis=0), np.std(errors, axis=0)
    worst = np.unravel_index(int(np.abs(errors).mean(axis=0).argmax()), mean.shape)
    return bool(spread[worst] > np.abs(mean[worst]) / 2)  # (2)


def _moved(trial: Trial, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Every argument that has a derivative, moved by up to _ULPS units in the last place; labels and zeros stay."""
    values = dict(trial.point.values)
    for a in differentiable(trial.point.map):
        v = np.asarray(values[a])
        values[a] = v * (1 + 2.0**-52 * rng.integers(-_ULPS, _ULPS + 1, v.shape))
    return values


def _judged(claim: Claim, trial: Trial, question: np.ndarray) -> Judged:
    """The truth at this point for this g, or this tangent."""
    if claim.forward:
        return bounded_forward(trial.point, claim.reading)
    bounded = bounded_jacobians(trial.point, claim.reading)[claim.argument]
    return (bounded.transposed if claim.kind == "jvp" else bounded).judge(question.reshape(1, -1))

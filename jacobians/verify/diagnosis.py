"""The name of the mistake: each known mistake says exactly what it would answer; the code's answer is compared with it.

A hypothesis is a function of one asked question (`Asked`) that gives the wrong gradient this mistake produces, or None
where it does not apply. It is the diagnosis only if it explains *every* answer within the bound of that wrong answer,
and at least one of them is wrong. Mistakes common to all layers stand here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from .results import Diagnosis


@dataclass(frozen=True)
class Asked:
    """k questions at one point and their answers, for one argument: k arrays in the shape of the argument."""

    g: np.ndarray  # k arrays in the shape of y
    want: np.ndarray
    got: np.ndarray
    tolerance: np.ndarray
    batch: int | None  # how many examples, where the argument is shared between them
    u: float  # unit roundoff of the format
    lead: int  # how many leading axes are probes and batch; the others are one example's, or a parameter's own
    own: Mapping[str, tuple[str, np.ndarray]]  # the layer's own mistakes: name, sentence and the wrong answers


Hypothesis = Callable[[Asked], np.ndarray | None]


def _factor(c: float) -> Hypothesis:
    return lambda asked: c * asked.want


def _transposed(asked: Asked) -> np.ndarray | None:
    square = asked.want.ndim >= asked.lead + 2 and asked.want.shape[-1] == asked.want.shape[-2]
    return np.swapaxes(asked.want, -1, -2) if square else None


def _mean_for_sum(asked: Asked) -> np.ndarray | None:
    return None if asked.batch is None else asked.want / asked.batch


def _identity(asked: Asked) -> np.ndarray | None:
    return asked.g if asked.g.shape == asked.want.shape else None


def _own(name: str) -> Hypothesis:
    """A mistake of the layer's own; where a point does not have it, the right answer."""
    return lambda asked: asked.own[name][1] if name in asked.own else asked.want


def _catalogue() -> Iterator[tuple[str, str, Hypothesis]]:
    yield "zero", "every entry is zero: this gradient is never computed", _factor(0.0)
    yield "negated", "the sign is wrong: it is −1 times g·L", _factor(-1.0)
    yield "transposed", "it is the transpose of g·L", _transposed
    yield "mean-for-sum", "divided by the batch size: the gradient of a shared parameter is the sum over the batch", _mean_for_sum
    yield "identity", "the upstream gradient g is passed on unchanged: the layer's own derivative is missing", _identity
    for c in (2.0, 0.5, -2.0, -0.5, 3.0, 4.0, 0.25):
        yield f"factor:{Fraction(c)}", f"it is {Fraction(c)} times g·L", _factor(c)


def diagnose(asked: list[Asked]) -> Diagnosis | None:
    """The mistake that explains every answer; None when none does, or when nothing is wrong."""
    if all((np.abs(a.got - a.want) <= a.tolerance).all() for a in asked):
        return None
    own = list(dict.fromkeys((name, text) for a in asked for name, (text, _) in a.own.items()))
    known = [(name, text, _own(name)) for name, text in own] + list(_catalogue())
    with np.errstate(over="ignore", invalid="ignore"):  # answers, and mistakes, may be near the largest number
        fitting = [(name, text) for name, text, hypothesis in known if _explains(hypothesis, asked)]
        fitting = fitting or _measured_factor(asked)
    if not fitting:
        return None
    # with a batch of n, mean-for-sum and factor:1/n are one answer: the first of the catalogue says more
    return Diagnosis(*fitting[0])


def _explains(hypothesis: Hypothesis, asked: list[Asked]) -> bool:
    for one in asked:
        predicted = hypothesis(one)
        if predicted is None:
            return False
        # the mistake's own arithmetic rounds too: once to compute it, once to store it
        slack = one.tolerance * np.maximum(1.0, np.abs(_ratio(predicted, one.want))) + 2 * one.u * np.abs(predicted)
        if not (np.abs(one.got - predicted) <= slack).all():
            return False
    return True


def _ratio(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.divide(a, b, out=np.ones_like(b), where=b != 0)


def _measured_factor(asked: list[Asked]) -> list[tuple[str, str]]:
    """A constant ratio of got to want that is in no catalogue: reported as the number it is."""
    want = np.concatenate([a.want.ravel() for a in asked])
    got = np.concatenate([a.got.ravel() for a in asked])
    if not want.any():
        return []
    c = float(want @ got / (want @ want))
    if c != 0 and np.isfinite(c) and _explains(_factor(c), asked):
        return [(f"factor:{c:.6g}", f"it is {c:.6g} times g·L")]
    return []

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

from .bound import Judged
from .formats import Format
from .own import WrongAnswer
from .results import Diagnosis

Judge = Callable[[np.ndarray, Format | None], Judged]


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
    own: Mapping[str, WrongAnswer]  # the layer's own mistakes
    judge: Judge | None = None  # the truth and its bound for other g, in the code's format or another


Prediction = tuple[np.ndarray, np.ndarray]  # the wrong answers, and how far rounding may take them
Hypothesis = Callable[[Asked], Prediction | None]
Named = tuple[str, str, Hypothesis]  # the name of a mistake, its sentence, and what it would answer


def _near(asked: Asked, predicted: np.ndarray) -> Prediction:
    """The mistake's own arithmetic rounds too: once to compute it, once to store it."""
    ratio = np.divide(predicted, asked.want, out=np.ones_like(asked.want), where=asked.want != 0)
    return predicted, asked.tolerance * np.maximum(1.0, np.abs(ratio)) + 2 * asked.u * np.abs(predicted)


def factor(c: float) -> Hypothesis:
    """c times the right answer."""
    return lambda asked: _near(asked, c * asked.want)


def _transposed(asked: Asked) -> Prediction | None:
    square = asked.want.ndim >= asked.lead + 2 and asked.want.shape[-1] == asked.want.shape[-2]
    return _near(asked, np.swapaxes(asked.want, -1, -2)) if square else None


def _mean_for_sum(asked: Asked) -> Prediction | None:
    return None if asked.batch is None else _near(asked, asked.want / asked.batch)


def _sum_for_mean(asked: Asked) -> Prediction | None:
    return None if asked.batch is None else _near(asked, asked.want * asked.batch)


def _gate_from_g(asked: Asked) -> Prediction | None:
    return _near(asked, np.maximum(asked.g, 0.0)) if asked.g.shape == asked.want.shape else None


def _identity(asked: Asked) -> Prediction | None:
    return _near(asked, asked.g) if asked.g.shape == asked.want.shape else None


def _ignored(asked: Asked) -> Prediction | None:
    return _for(asked, np.ones_like(asked.g))


def _squared(asked: Asked) -> Prediction | None:
    return _for(asked, asked.g * asked.g)


def _for(asked: Asked, g: np.ndarray) -> Prediction | None:
    """The right answers to other g, which were rounded once themselves."""
    if asked.judge is None:
        return None
    right = asked.judge(g, None)
    tolerance = right.tolerance if right.looser is None else np.maximum(right.tolerance, right.looser)
    return right.want.reshape(asked.want.shape), 2 * tolerance.reshape(asked.want.shape)


def _own(name: str) -> Hypothesis:
    """A mistake of the layer's own; where a point does not have it, the right answer."""

    def predicted(asked: Asked) -> Prediction:
        if name not in asked.own:
            return asked.want, asked.tolerance
        _, answer, rounding = asked.own[name]
        value, slack = _near(asked, answer)
        return value, slack + rounding

    return predicted


def catalogue() -> Iterator[Named]:
    """The mistakes common to all layers."""
    yield "zero", "every entry is zero: this gradient is never computed", factor(0.0)
    yield "negated", "the sign is wrong: it is −1 times g·L", factor(-1.0)
    yield "transposed", "it is the transpose of g·L", _transposed
    yield (
        "mean-for-sum",
        "divided by the batch size: the gradient of a shared parameter is the sum over the batch",
        _mean_for_sum,
    )
    yield "identity", "the upstream gradient g is passed on unchanged: the layer's own derivative is missing", _identity
    yield "upstream-ignored", "g is ignored: it is the answer for a g of ones, whatever g is", _ignored
    yield "upstream-squared", "g is applied twice: it is the answer for g²", _squared
    for c in (2.0, 0.5, -2.0, -0.5, 3.0, 4.0, 0.25):
        yield f"factor:{Fraction(c)}", f"it is {Fraction(c)} times g·L", factor(c)
    text = "it is max(g, 0): the gate is taken from the upstream gradient, not from what went into the layer"
    yield "gate-from-g", text, _gate_from_g
    text = "multiplied by the batch size: a division by the number of examples is missing, or their number stands twice"
    yield "sum-for-mean", text, _sum_for_mean


def diagnose(asked: list[Asked]) -> Diagnosis | None:
    """The mistake that explains every answer; None when none does, or when nothing is wrong.

    Where several explain it alike, the first gives the name (a layer's own before the common ones) and all the text.
    """
    if all((np.abs(a.got - a.want) <= a.tolerance).all() for a in asked):
        return None
    own = list(dict.fromkeys((name, text) for a in asked for name, (text, *_) in a.own.items()))
    known = [(name, text, _own(name)) for name, text in own] + list(catalogue())
    with np.errstate(over="ignore", invalid="ignore"):  # answers, and mistakes, may be near the largest number
        fitting = [(name, text) for name, text, hypothesis in known if explains(hypothesis, asked)]
        fitting = fitting or measured_factor(asked)
    if not fitting:
        return None
    # with a batch of n, mean-for-sum and factor:1/n are one answer: the name says more than the number
    (name, text), *others = fitting
    also = [said for other, said in others if not other.startswith("factor:")]
    return Diagnosis(name, "; or ".join([text, *also]))


def explains(hypothesis: Hypothesis, asked: list[Asked]) -> bool:
    """Whether a mistake gives every one of these answers."""
    for one in asked:
        found = hypothesis(one)
        if found is None or not (np.abs(one.got - found[0]) <= found[1]).all():
            return False
    return True


def measured_factor(asked: list[Asked]) -> list[tuple[str, str]]:
    """A constant ratio of got to want that is in no catalogue: reported as the number it is."""
    want = np.concatenate([a.want.ravel() for a in asked])
    got = np.concatenate([a.got.ravel() for a in asked])
    if not want.any():
        return []
    c = float(want @ got / (want @ want))
    told_apart = c != 0 and np.isfinite(c) and not explains(factor(1.0), asked)  # from the right answer, that is
    if told_apart and explains(factor(c), asked):
        return [(f"factor:{c:.6g}", f"it is {c:.6g} times g·L")]
    return []

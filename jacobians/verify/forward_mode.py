"""Forward mode: code that gives L · v for a tangent v, judged from the same L as backward is.

    jvp(tangents, **values, **settings) -> the tangent of y                    tangents: {argument: array of its shape}

Each argument is asked alone: L^a v, for random tangents and for those that between them expose every entry of L^a, the
probes of backward for (L^a)ᵀ. The bound is that of bound.py with rows and columns exchanged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .bound import BoundedJacobian
from .claim import Claim, Questions
from .door import Broken
from .probes import probes, within_reach

if TYPE_CHECKING:
    from .examine import Trial

PREFIX = "jvp of "  # no argument has such a name: claims about forward mode stand beside those about gradients


def gives_jvp(fast: Any) -> bool:
    """Whether the code on trial has a forward mode to be checked."""
    return callable(getattr(fast, "jvp", None))


def examine_jvp(
    trial: Trial, bounded: list[dict[str, BoundedJacobian]], questions: Questions, claims: dict[str, list[Claim]]
) -> Iterator[Broken]:
    """Put every tangent to the code at one point.

    Args:
        bounded: for each reading of the format, every L^a with its bound.
        questions: those about backward at this point, whose point and batch are these, too.
        claims: by PREFIX and argument, one claim for each reading; the numbers are added to them.
    """
    shape = questions.G.shape[1:]
    for a in bounded[0]:
        columns = bounded[0][a].L.T
        asked = list(probes([columns], np.random.default_rng([trial.seed, 3]), None if trial.singly else 0))
        huge = trial.format.huge
        V = trial.format.round(within_reach(np.stack([p.g for p in asked]), [columns], huge))
        about = replace(questions, probes=asked, asks="v", G=V.reshape(len(V), *np.shape(trial.point.values[a])))
        try:
            got = np.stack([trial.door().ask_jvp(trial.point.values, trial.settings, {a: v}, shape) for v in about.G])
        except Broken as fault:
            yield fault
            continue
        for claim, each in zip(claims[PREFIX + a], bounded, strict=True):
            claim.see(each[a].transposed.judge(V), got, replace(about, bounded=each[a].transposed))

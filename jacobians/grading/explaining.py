"""The names of mistakes, over all regimes of a part; and gradients that are right for a forward that is wrong."""

from __future__ import annotations

import numpy as np

from ..verify.claim import Claim
from ..verify.consistency import own_gradients
from ..verify.decide import explain
from ..verify.diagnosis import Asked, diagnose
from ..verify.results import Diagnosis, Verdict
from .found import FORWARD, Judgement, Part

DIRECTIONS = 2  # along which a gradient is asked, in each regime; in the first every entry, too
Claims = dict[str, list[Claim]]  # by argument, one for each reading of the format


def explain_failures(found: Judgement, gathered: dict[str, Claims]) -> None:
    """The names of the mistakes."""
    for a, part in found.parts.items():
        if part.verdict is Verdict.FAIL:
            each = [claims[a] for claims in gathered.values() if a in claims and claims[a][0].compared]
            part.diagnosis = _explained(each)
            if part.diagnosis is None or part.diagnosis.name == "loses-digits":
                part.digits = digits(each[0][0].asked) if each else None  # in the typical regime


def _explained(each: list[list[Claim]]) -> Diagnosis | None:
    """The mistake that explains every answer in every regime; else the one that explains those that are wrong."""
    wrong = [readings for readings in each if not any(c.inside for c in readings)]
    if not wrong:
        return None
    for several in (each, wrong):
        for k in range(len(wrong[0])):
            if found := diagnose([one for readings in several for one in readings[k].asked]):
                return found
    return explain(wrong[0])


def digits(asked: list[Asked]) -> int | None:
    """To how many digits of its largest entry every answer is right; None: nothing was asked, or not to one."""
    off = [np.abs(one.got[k] - one.want[k]).max() / top for one in asked for k in range(len(one.want))
           if (top := np.abs(one.want[k]).max(initial=0.0)) > 0]  # fmt: skip
    worst = max(off, default=1.0)
    return int(-np.log10(worst)) if 0 < worst < 0.1 else None


def carry(found: Judgement, gathered: dict[str, Claims]) -> None:
    """Mark the gradients that are wrong because forward is: in every regime where one of both is wrong, the gradient is
    that of what forward computes. One regime that shows otherwise is enough: then it is backward that is wrong."""
    wrong = _failed(found.parts[FORWARD])
    left = {a for a, part in found.parts.items() if a != FORWARD and _failed(part)} if wrong else set[str]()
    shown: dict[str, str] = {}  # by argument: the first regime in which its gradient is not the layer's
    for regime, claims in gathered.items():
        asked = {a for a in left if regime in wrong | _failed(found.parts[a])}
        asked &= {a for a in left if regime in {s.regime for s in found.parts[a].counted}}
        own = _own(claims, DIRECTIONS) if asked else {}
        left -= {a for a in asked if not (own.get(a) or (a in own and regime in wrong))}
        shown = {a: regime for a in asked if own.get(a)} | shown
    for regime in sorted({shown[a] for a in left & {*shown}}):
        for a in (a for a, other in _own(gathered[regime]).items() if other and a in left and shown[a] == regime):
            found.parts[a].carried = True


def _failed(part: Part) -> set[str]:
    return {s.regime for s in part.seen if s.verdict is Verdict.FAIL}


def _own(claims: Claims, directions: int = 0) -> dict[str, bool]:
    trial = claims[FORWARD][0].trial  # None: nothing could be compared
    return own_gradients(trial, directions) if trial else {}

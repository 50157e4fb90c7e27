"""The names of mistakes, over all regimes of a part; and gradients that are right for a forward that is wrong."""

from __future__ import annotations

import numpy as np

from ..verify.claim import Claim
from ..verify.consistency import consistent
from ..verify.decide import explain
from ..verify.diagnosis import Asked, diagnose
from ..verify.results import Diagnosis, Verdict
from .found import FORWARD, Judgement

Claims = dict[str, list[Claim]]  # by argument, one for each reading of the format


def explain_failures(found: Judgement, gathered: dict[str, Claims]) -> None:
    """The names of the mistakes, and the gradients that are right for a forward that is wrong."""
    for a, part in found.parts.items():
        if part.verdict is Verdict.FAIL:
            each = [claims[a] for claims in gathered.values() if a in claims and claims[a][0].compared]
            part.diagnosis = _explained(each)
            if part.diagnosis is None or part.diagnosis.name == "loses-digits":
                part.digits = digits(each[0][0].asked) if each else None  # in the typical regime
    _carry(found, gathered)


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


def _carry(found: Judgement, gathered: dict[str, Claims]) -> None:
    """Where forward is wrong: of which gradients it is the function, not backward, that is wrong."""
    forward = found.parts[FORWARD]
    wrong = [s.regime for s in forward.seen if s.verdict is Verdict.FAIL]
    for regime in wrong:
        trial = gathered[regime][FORWARD][0].trial
        if trial is None:
            continue
        for a in consistent(trial):
            if a in found.parts and found.parts[a].verdict is Verdict.FAIL:
                found.parts[a].carried = True
        return

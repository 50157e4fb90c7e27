"""One regime asked: as `verify.examine` asks a point, with fewer questions where the regime is not the typical one.

    the typical regime      every probe: each entry of L exposed singly, g random, whole, large, small, 0; and the
                            contracts that hold between processes: the same answer twice, what was saved is not consumed
    any other               g random, whole and 0: what differs there is shapes, settings and data, not g

How arrays lie in memory does not cross the sandbox's border, so nobody is asked about it here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ..batch import Batch
from ..verify.bound import BoundedJacobian, Bounds, Judged
from ..verify.claim import FORWARD, Claim, Questions
from ..verify.contract import Standing
from ..verify.contracts import saved
from ..verify.door import Answer, Broken
from ..verify.examine import Trial
from ..verify.probes import Probe, probes, within_reach

FEW = ("random 1", "whole numbers", "zero")
Bounded = list[dict[str, BoundedJacobian]]


def ask_regime(trial: Trial, claims: dict[str, list[Claim]], notes: list[str]) -> list[Broken]:
    """Put the probes to the code, add its numbers to the claims; the contracts broken here.

    Args:
        trial: where; `thorough` in the typical regime.
        claims: for FORWARD and each argument, one for each reading of the format.

    Raises:
        Broken: the code gave nothing that could be judged.
    """
    bounds = [Bounds(trial.point, reading) for reading in trial.format.readings()]
    forward, bounded = [b.forward() for b in bounds], [b.jacobians() for b in bounds]
    huge, Ls = trial.format.huge, [b.L for b in bounded[0].values()]
    if not _within(forward[0].want, huge) or not all(_within(abs(L).max(), huge) for L in Ls if L.size):
        return []  # beyond the format's reach: nothing can be asked here
    asked = list(_probes(trial, Ls))
    G = trial.format.round(within_reach(np.stack([p.g for p in asked]), Ls, huge))
    shape = forward[0].want.shape
    answers = [trial.ask(g, shape) for g in G]
    questions = Questions(trial, asked, G.reshape(len(G), *shape), isinstance(trial.point.map, Batch))
    _see(claims, forward, bounded, answers, questions)
    faults = [fault for one in answers for fault in one.faults]
    if faults or not trial.thorough:
        return faults
    return list(_contracts(Standing(trial, questions.G[0], answers[0], bounded[-1], notes)))


def _probes(trial: Trial, Ls: list) -> list[Probe]:
    rng = np.random.default_rng([trial.seed, 1])
    every = probes(Ls, rng, None if trial.thorough else 0)
    return [p for p in every if trial.thorough or p.name in FEW]


def _within(v: np.ndarray, huge: float) -> bool:
    return bool(np.isfinite(v).all() and np.abs(v).max(initial=0) <= huge)


def _see(
    claims: dict[str, list[Claim]], forward: list[Judged], bounded: Bounded, answers: list[Answer], asked: Questions
) -> None:
    """The answers to every probe, to the claim they are about."""
    point, k = asked.trial.point, len(answers)
    ys = np.stack([one.y for one in answers])
    for claim, judged in zip(claims[FORWARD], forward, strict=True):
        want, tolerance = (np.broadcast_to(v, (k, *v.shape)) for v in (judged.want, judged.tolerance))
        looser = judged.looser
        more = None if looser is None else np.broadcast_to(looser, (k, *looser.shape))
        claim.see(Judged(want, tolerance, lambda more=more: more), ys, asked)
    shared = point.map.shared if isinstance(point.map, Batch) else ()
    for a in bounded[0]:
        if all(a in one.gradients for one in answers):
            got = np.stack([one.gradients[a] for one in answers])
            batch = ys.shape[1] if a in shared else None
            for claim, jacobians in zip(claims[a], bounded, strict=True):
                G = asked.G.reshape(k, -1)
                claim.see(jacobians[a].judge(G), got, replace(asked, batch=batch, bounded=jacobians[a]))


def _contracts(standing: Standing) -> Iterator[Broken]:
    trial, first = standing.trial, standing.first
    again = trial.ask(standing.g, standing.g.shape)
    if not np.array_equal(first.y, again.y):
        yield Broken("repeatable", "the same question twice gave two different y")
    for a, v in first.gradients.items():
        if not np.array_equal(v, again.gradients.get(a, np.nan)):
            yield Broken("repeatable", f"the same question twice gave two different gradients of {a}", a)
    yield from saved.broken(standing)

"""Every entry of L asked at once: one forward, one backward, and the least error that would have shown in each entry.

For one g of random signs and magnitudes, none of them 0, an error δ of entry (i, j) of L, relative to it, moves entry j
of g · L by |g[i] L[i, j]| δ. Correct code lies within the tolerance t[j] of the truth, so that this shows where

    δ > 2 t[j] / (|g[i]| |L[i, j]|)                                                                         (1)

Several errors hide behind one another only where g happens to be orthogonal to them, which a random g is not. Exposing
each entry by a g of its own (probes.py) sees smaller errors, and says where they are; this takes one backward where
that takes hundreds.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..batch import Batch
from ..kinds import is_csr
from ..matrix import Matrix, values_of
from ..point import differentiable
from .bound import Bounds, Judged
from .claim import FORWARD, Claim, Questions
from .door import Broken
from .examine import Trial
from .probes import Probe, within_reach
from .row_sums import row_blocks

_FAR = 1e300  # float64 reaches that far: no data that is meant comes near it


def ask_together(trial: Trial, claims: dict[str, list[Claim]]) -> tuple[list[Broken], dict[str, tuple[int, float]]]:
    """Put one question to the code; its numbers are added to the claims.

    Returns:
        what is broken; and for each argument how many entries of L are not 0, and the least relative error (1) that
        would have shown in every one of them. Nothing is asked where y or L lies beyond the format's reach.

    Raises:
        Broken: where the code gave nothing that could be judged.
    """
    point, format = trial.point, trial.format
    bounds = [Bounds(point, reading) for reading in format.readings()]
    ys = [each.forward() for each in bounds]
    shape = ys[0].want.shape
    row = format.round(drawn(shape, trial.seed)).reshape(1, -1)
    if not format.reaches(ys[0].want):
        return [], {}  # nothing can be asked here
    if format.huge < _FAR:
        Ls = [point.L(a) for a in differentiable(point.map)]  # plain: with their bounds all at once would take more
        if not all(format.reaches(values_of(L)) for L in Ls):
            return [], {}
        row = within_reach(row, Ls, format.huge)
    g = row.reshape(shape)
    answer = trial.ask(row[0], shape)
    questions = Questions(trial, [Probe("random", row[0], np.zeros(0, int))], g[None], isinstance(point.map, Batch))
    for claim, y in zip(claims[FORWARD], ys, strict=True):
        claim.see(Judged(y.want[None], y.tolerance[None], lambda y=y: _first(y.looser)), answer.y[None], questions)
    seen: dict[str, tuple[int, float]] = {}
    shared = point.map.shared if isinstance(point.map, Batch) else ()
    for a in differentiable(point.map):
        if a not in answer.gradients:
            continue
        for claim, each in zip(claims[a], bounds, strict=True):
            known = each.jacobian(a)
            judged = known.judge(row)
            about = replace(questions, bounded=known, batch=shape[0] if a in shared else None)
            decided = claim.see(judged, answer.gradients[a][None], about)
            seen[a] = least_seen(known.L, row[0], decided.ravel())
    return answer.faults, seen


def _first(part: np.ndarray | None) -> np.ndarray | None:
    return None if part is None else part[None]


def drawn(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Upstream gradients of either sign, none nearer to 0 than 1/2 and none larger than 2."""
    rng = np.random.default_rng([seed, 1])
    return rng.choice([-1.0, 1.0], shape) * 2.0 ** rng.uniform(-1.0, 1.0, shape)


def least_seen(L: Matrix, g: np.ndarray, tolerance: np.ndarray) -> tuple[int, float]:
    """How many entries of L are not 0, and (1) at the entry where it is largest."""
    if is_csr(L):
        each = [_least_of(L.data[e], g[r], np.diff(L.indptr[r.start : r.stop + 1]), np.take(tolerance, L.indices[e]))
                for r, e in row_blocks(L)]  # fmt: skip
        return sum(n for n, _ in each), max((least for _, least in each), default=0.0)
    return _least_of(L.ravel(), g, np.full(len(g), L.shape[1]), np.broadcast_to(tolerance, L.shape).ravel())


def _least_of(L: np.ndarray, g: np.ndarray, counts: np.ndarray, tolerance: np.ndarray) -> tuple[int, float]:
    """The same for the entries of some rows, one after the other, and the tolerance in the column of each."""
    if counts.size and (counts == counts[0]).all():
        part = (g[:, None] * L.reshape(g.size, -1)).ravel()
    else:
        part = L * np.repeat(g, counts)
    np.abs(part, out=part)
    if not part.all():
        asked = part > 0
        part, tolerance = part[asked], tolerance[asked]
    return part.size, 2 * float((tolerance / part).max(initial=0.0))

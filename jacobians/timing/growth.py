"""How cost grows with size: the exponent that the times show, beside the one that the counts say, and crossovers.

A time t(n) = c nᵏ is a line of slope k on log axes; k is fitted to the larger half of the sizes, since small ones pay
for calls and not for entries. The algebra's exponent is that of the counts (operations, bytes), which are sums of
powers: c nᵏ (1 + d/n + …), so log(count) = log c + k log n + d/n + e/n², from the four largest sizes       (1)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float | None:
    """k of values ≈ c sizesᵏ over the larger half of the sizes; None for fewer than two sizes."""
    n, v = np.asarray(sizes, float), np.asarray(values, float)
    keep = np.argsort(n)[len(n) // 2 :] if len(n) > 3 else np.argsort(n)
    if len(np.unique(n[keep])) < 2 or (v[keep] <= 0).any():
        return None
    return float(np.polyfit(np.log(n[keep]), np.log(v[keep]), 1)[0])


def algebra(sizes: Sequence[float], counts: Sequence[float]) -> float | None:
    """k of the leading power of exact counts (1), half-integers as such; None for fewer than three sizes."""
    known = dict(zip(sizes, counts, strict=True))
    last = sorted(known)[-4:]
    if len(last) < 3 or min(known[n] for n in last) <= 0:
        return None
    n, v = np.asarray(last, float), np.asarray([known[k] for k in last], float)
    terms = [np.ones(len(n)), np.log(n), 1 / n, n**-2.0][: len(n)]
    k = float(np.linalg.solve(np.stack(terms, axis=1), np.log(v))[1])
    return round(2 * k) / 2 if abs(2 * k - round(2 * k)) < 0.2 else k


def crossover(sizes: Sequence[float], first: Sequence[float], second: Sequence[float]) -> float | None:
    """The size from which on `second` stays below `first`; between two sizes, where the lines on log axes meet.

    None: it is not below at the largest size. The smallest size: it always is.
    """
    order = np.argsort(sizes)
    n, gap = np.asarray(sizes, float)[order], (np.log(second) - np.log(first))[order]
    if not len(n) or gap[-1] >= 0:
        return None
    above = np.flatnonzero(gap >= 0)
    if not len(above):
        return float(n[0])
    k = int(above[-1])
    share = gap[k] / (gap[k] - gap[k + 1])
    return float(np.exp(np.log(n[k]) + share * (np.log(n[k + 1]) - np.log(n[k]))))

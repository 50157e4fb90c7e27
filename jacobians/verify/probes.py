"""Probes: the upstream gradients that are asked, so that a wrong entry of L has nowhere to hide.

random        signed, of magnitudes about 1; far above it, and far below                   (1)
whole         whole numbers: on whole data correct code must be exact                      (2)
zero          g = 0 must give 0                                                            (3)
rows k        a sum of one-hot rows whose L^a share no column: every entry of these rows   (4)
              answers alone, so between them these probes expose every entry of every L^a
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from ..matrix import Matrix

MOST_GROUPS = 512
FAR = 40  # binary orders of magnitude away from 1: clipped gradients, and thresholds such as 1e-8, do not hold there


@dataclass(frozen=True)
class Probe:
    """One upstream gradient: |y| numbers; `rows` those it exposes singly."""

    name: str
    g: np.ndarray
    rows: np.ndarray


def probes(Ls: Iterable[Matrix], rng: np.random.Generator, most_groups: int | None = None) -> Iterator[Probe]:
    """The probes for Jacobians `Ls`, all with |y| rows; at most so many of (4), by default MOST_GROUPS."""
    most_groups = MOST_GROUPS if most_groups is None else most_groups
    Ls = list(Ls)
    n = int(Ls[0].shape[0])
    none = np.zeros(0, int)
    for k in (1, 2):
        yield Probe(f"random {k}", rng.standard_normal(n) * 2.0 ** rng.integers(-3, 4), none)  # (1)
    for name, scale in (("large", 2.0**FAR), ("small", 2.0**-FAR)):
        yield Probe(name, rng.standard_normal(n) * scale, none)  # (1)
    yield Probe("whole numbers", rng.choice([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0], n), none)  # (2)
    yield Probe("zero", np.zeros(n), none)  # (3)
    for k, rows in enumerate(row_groups(Ls)[:most_groups] if most_groups else ()):
        g = np.zeros(n)
        g[rows] = rng.choice([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0], len(rows))
        yield Probe(f"one-hot rows, group {k}", g, rows)  # (4)


def within_reach(G: np.ndarray, Ls: Iterable[Matrix], huge: float) -> np.ndarray:
    """The upstream gradients scaled down by a power of two where g or |g||L| would come too near the largest number.

    Half of the format's orders of magnitude are left to what the code computes on its way, and three quarters beside g.
    """
    sizes = [(np.abs(G) @ abs(L)).max(axis=1, initial=0.0) / np.sqrt(huge) for L in Ls]
    over = np.max([*sizes, np.abs(G).max(axis=1, initial=0.0) / huge**0.25], axis=0)
    return G * 2.0 ** -np.ceil(np.log2(np.maximum(over, 1.0)))[:, None]


def row_groups(Ls: list[Matrix]) -> list[np.ndarray]:
    """The rows parted into groups such that in no L two rows of a group share a column (greedy colouring)."""
    pattern: Matrix = sparse.hstack([abs(sparse.csr_array(L)) > 0 for L in Ls], format="csr")
    shared: Matrix = (
        pattern.astype(np.int32) @ pattern.astype(np.int32).T
    ).tocsr()  # shared[i, k] > 0: rows i and k conflict
    colour = np.full(pattern.shape[0], -1)
    for i in range(pattern.shape[0]):
        taken = set(colour[shared.indices[shared.indptr[i] : shared.indptr[i + 1]]].tolist())
        colour[i] = next(c for c in range(len(taken) + 1) if c not in taken)
    return [np.flatnonzero(colour == c) for c in range(colour.max(initial=-1) + 1)]

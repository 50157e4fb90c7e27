"""What is left where no known mistake explains it: the shape of the error ĝ − g·L.

    border      every wrong entry lies at the first or the last index of an axis, at every point
    rank-one    of a parameter that is a matrix, every error is one outer product

As pattern.py: a description must hold at every point, and be no matter of chance.
"""

from __future__ import annotations

import numpy as np

from .diagnosis import Asked
from .results import Diagnosis

Told = list[tuple[Asked, np.ndarray]]  # each question with the entries that are wrong


def border(told: Told) -> Diagnosis | None:
    """Only the first, only the last, or only these two indices of an axis, where there are others that are right."""
    found = [(one, wrong) for one, wrong in told if wrong.any()]
    axes = {one.got.ndim for one, _ in found}
    if len(axes) != 1:
        return None
    for axis in range(-1, found[0][0].lead - found[0][0].got.ndim - 1, -1):
        ends = [_ends(one, wrong, axis) for one, wrong in found]
        if all(ends) and sum(one.got.shape[axis] > 3 for one, _ in found) > 1:
            first, last = (any(which[k] for which in ends if which) for k in (0, 1))
            where = "first and last indices" if first and last else "first index" if first else "last index"
            text = f"only entries at the {where} along axis {axis} (from the end) are wrong, at every point: a border"
            return Diagnosis("border", text)
    return None


def _ends(one: Asked, wrong: np.ndarray, axis: int) -> tuple[bool, bool] | None:
    """Whether the first and the last index hold wrong entries; None where another does, or there is no other."""
    n = wrong.shape[axis]
    along: np.ndarray = np.asarray(np.moveaxis(wrong, axis, 0).reshape(n, -1).any(axis=1))
    if n < 3 or along[1:-1].any() or not np.delete(one.want, (0, n - 1), axis=axis).any():
        return None
    return bool(along[0]), bool(along[-1])


def rank_one(told: Told) -> Diagnosis | None:
    """Of a parameter that is a matrix: the error is one outer product in every answer that is wrong."""
    seen = 0
    for one, wrong in told:
        if one.got.ndim != 3 or one.lead != 1:
            return None
        for error, slack, bad in zip(one.got - one.want, one.tolerance, wrong, strict=True):
            if bad.any() and min(error.shape) > 2:
                values = np.linalg.svd(error, compute_uv=False)
                if values[1] > 2 * np.linalg.norm(slack) + 1e-12 * values[0]:
                    return None
                seen += int(np.count_nonzero(bad) > 1)
    if seen < 3:
        return None
    return Diagnosis("rank-one", "in every answer the error is of rank 1: one outer product is missing, or too much")

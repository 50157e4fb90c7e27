"""Whether two codes have computed the same numbers: one that has not is not timed.

Two arrays agree where no entry is off by more than 2¹² units in the last place of the largest: sums in another order,
not another formula.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

_ROUNDING = 2**12
_BLOCK = 1 << 22  # entries that are compared at a time


def wrong(got: Any, want: Any) -> str:
    """'' where two matrices, dense or sparse, have the same entries but for rounding, else what is wrong."""
    if got.shape != want.shape:
        return f"its shape is {got.shape}, ours is {want.shape}"
    if not min(want.shape):
        return ""
    largest, step = float(abs(want).max()), max(1, _BLOCK // want.shape[1])
    allowed = _ROUNDING * np.finfo(want.dtype).eps * largest
    for at in range(0, want.shape[0], step):
        block = [J[at : at + step].toarray() if sparse.issparse(J) else J[at : at + step] for J in (got, want)]
        off = float(np.abs(block[0] - block[1]).max())
        if not off <= allowed:
            return f"an entry is off by {off:.2g}, the largest being {largest:.2g}"
    return ""


def differing(got: dict[str, Any], want: dict[str, Any]) -> str:
    """'' where all arrays of these names agree, else what is wrong with the first that does not."""
    for name, theirs in want.items():
        ours = got.get(name)
        if ours is None:
            return f"{name} is missing"
        ours, theirs = np.asarray(ours), np.asarray(theirs)
        if ours.size != theirs.size:
            return f"{name} has {ours.size:,} entries, {theirs.size:,} are wanted"
        if said := wrong(ours.reshape(1, -1), theirs.reshape(1, -1)):
            return f"{name}: {said}"
    return ""

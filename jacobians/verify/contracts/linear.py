"""linear: for 4 g backward gives 4 times the gradient, to the bit, since a power of two rounds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ..door import Broken

if TYPE_CHECKING:
    from ..contract import Standing


def broken(standing: Standing) -> Iterator[Broken]:
    """4 g, where nothing underflows or overflows on the way."""
    trial, first, g = standing.trial, standing.first, standing.g
    numbers = np.abs(np.concatenate([v.ravel() for v in (g, *first.gradients.values())]))
    format = trial.format
    if (numbers > np.sqrt(format.huge)).any() or ((numbers > 0) & (numbers < np.sqrt(format.tiny))).any():
        return
    more = trial.ask(4.0 * g, g.shape)
    for a, v in first.gradients.items():
        if not np.array_equal(4.0 * v, more.gradients.get(a, np.nan)):
            text = f"for 4 g the gradient of {a} is not 4 times that for g: something in backward is not linear in g"
            yield Broken("linear", text, a)

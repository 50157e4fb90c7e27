"""The contracts of where the code comes from: what its adapter asks of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...kinds import class_of
from ..door import Broken

if TYPE_CHECKING:
    from ..contract import Standing


def broken(standing: Standing) -> Iterator[Broken]:
    """What an adapter asks besides (PyTorch's needs_input_grad, say), of the gradients that are right so far."""
    trial, g = standing.trial, standing.g
    if hasattr(class_of(trial.fast), "contracts"):
        right = {a: standing.bounded[a].judge(g.reshape(1, -1)) for a in standing.right}
        yield from trial.fast.contracts(trial, trial.door().upstream(g, g.shape), right)

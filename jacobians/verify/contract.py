"""The contract around the numbers: what a caller may rely on besides the gradient being right.

repeatable   the same question twice gets the same answer, to the bit; asked everywhere (by a grader: typically)
             the others stand one in a file, in contracts/, found by looking; asked at a layer's first points
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np

from . import contracts
from .bound import BoundedJacobian
from .door import Answer, Broken

if TYPE_CHECKING:
    from .examine import Trial

_LEFT_OVER = "nothing may be left over from an earlier call, or be drawn at random"


@dataclass(frozen=True)
class Standing:
    """What is known at a point when its contracts are asked about.

    Attributes:
        trial: the code on trial, and the point.
        g: the upstream gradient that was asked first, in the shape of y, and `first` the answer to it.
        bounded: every L^a with its bound, in the loosest reading of the format.
        notes: what is worth knowing and no fault is added here.
    """

    trial: Trial
    g: np.ndarray
    first: Answer
    bounded: dict[str, BoundedJacobian]
    notes: list[str]

    @cached_property
    def right(self) -> set[str]:
        """The arguments whose gradient is right so far: of the others nothing more is asked."""
        return {a for a, got in self.first.gradients.items() if self.is_right(a, got, self.g)}

    def is_right(self, a: str, got: np.ndarray, g: np.ndarray) -> bool:
        """Whether this is the gradient of a for this g, within its bound."""
        judged = self.bounded[a].judge(g.astype(np.float64).reshape(1, -1))
        return not judged.outside(got.reshape(1, -1)).any()


def contract(standing: Standing) -> list[Broken]:
    """The contracts broken at this point."""
    trial, first = standing.trial, standing.first
    if not trial.twice:
        return []
    again = trial.ask(standing.g, standing.g.shape)
    if not np.array_equal(first.y, again.y):
        return [Broken("repeatable", f"forward twice with the same arguments gave two different y: {_LEFT_OVER}")]
    faults = [
        Broken("repeatable", f"backward twice for the same g gave two different gradients of {a}: {_LEFT_OVER}", a)
        for a in first.gradients
        if not np.array_equal(first.gradients[a], again.gradients.get(a, np.nan))
    ]
    if faults or not trial.thorough:
        return faults
    asked = [broken for name, broken in _contracts().items() if trial.contracts is None or name in trial.contracts]
    return [fault for broken in asked for fault in broken(standing)]


@cache
def _contracts() -> dict[str, Callable[[Standing], Iterator[Broken]]]:
    """`broken` of every file in contracts/, by its name."""
    names = sorted(found.name for found in pkgutil.iter_modules(contracts.__path__))
    return {name: importlib.import_module(f"{contracts.__name__}.{name}").broken for name in names}

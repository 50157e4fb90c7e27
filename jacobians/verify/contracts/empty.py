"""empty: a batch of no examples gets gradients of no entries, and zeros for the parameters."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ...batch import Batch
from ...kinds import class_of
from ..door import Broken

if TYPE_CHECKING:
    from ..contract import Standing

_NOT_TAKEN = "an empty batch is not taken"


def broken(standing: Standing) -> Iterator[Broken]:
    """No examples: an exception is worth a note; an answer must be the right one, where it is for some examples."""
    trial, shape, notes = standing.trial, standing.g.shape, standing.notes
    map = trial.point.map
    if not isinstance(map, Batch) or hasattr(class_of(trial.fast), "takes"):
        return
    values = {a: v if a in map.shared else v[:0] for a, v in trial.point.values.items()}
    try:
        with warnings.catch_warnings(action="ignore"):  # NumPy's, of the mean of nothing
            answer = trial.door().ask(values, trial.settings, np.zeros((0, *shape[1:])), (0, *shape[1:]))
    except Broken as fault:
        if fault.claim == "exception":
            told = any(note.startswith(_NOT_TAKEN) for note in notes)
            notes += [] if told else [f"{_NOT_TAKEN}: {fault.text}"]
        else:
            yield Broken("empty", f"for an empty batch {fault.text}", fault.argument)
        return
    for fault in answer.faults:
        if fault.argument in standing.right:
            yield Broken("empty", f"for an empty batch {fault.text}", fault.argument)
    for a, v in answer.gradients.items():
        if a in standing.right and v.any():
            yield Broken("empty", f"for an empty batch the gradient of {a} is not 0, as a sum over no examples is", a)

"""saved: backward may be called twice on what forward saved, and after another forward."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from ...kinds import is_array
from ...point import Point, differentiable
from ..door import Broken
from ..host import fetched

if TYPE_CHECKING:
    from ..contract import Standing


def broken(standing: Standing) -> Iterator[Broken]:
    """A second backward on what was saved, after another layer's: nothing was consumed, overwritten, left over."""
    trial, g, shape = standing.trial, standing.g, standing.g.shape
    door = trial.door()
    given = door.given(trial.point.values)
    y, saved = door.run_forward(given, trial.settings)
    upstream = door.upstream(g, shape)
    one = door.run_backward(upstream, saved)
    kept = {a: np.array(fetched(v)) for a, v in one.items() if v is not None}
    _aliases(one, {**given, "g": upstream, "y": y}, standing.notes)
    with suppress(Broken):  # other numbers in between, as in a network that holds the layer twice
        _, other = door.run_forward(door.given(_halved(trial.point)), trial.settings)
        door.run_backward(door.upstream(0.5 * g, shape), other)
    now = {a: np.array(fetched(one[a])) for a in kept}
    try:
        two = door.run_backward(door.upstream(g, shape), saved)
    except Broken as fault:
        yield Broken("saved", f"backward works once only on what forward saved, which must stay as it is: {fault.text}")
        return
    for a, v in kept.items():
        if not np.array_equal(v, now[a], equal_nan=True):
            text = f"a second backward overwrites the gradient of {a} that the first one returned: return a new array"
            yield Broken("saved", text, a)
        elif not np.array_equal(v, np.asarray(fetched(two.get(a))), equal_nan=True):
            text = f"a second backward on what forward saved, after another forward, gives another gradient of {a}"
            yield Broken("saved", f"{text}: read all from `saved`, and change nothing in it", a)


def _halved(point: Point) -> dict[str, Any]:
    """Other values in the same shapes: each argument that has a derivative at half its value."""
    return {a: v * 0.5 if a in differentiable(point.map) else v for a, v in point.values.items()}


def _aliases(gradients: dict[str, Any], arrays: dict[str, Any], notes: list[str]) -> None:
    """Note each gradient that shares memory with what it should not."""
    for a, v in gradients.items():
        for name, other in arrays.items():
            if _shared(v, other):
                notes.append(f"the gradient of {a} shares memory with {name}: adding to one in place changes the other")
    for a, b in combinations(gradients, 2):
        if _shared(gradients[a], gradients[b]):
            notes.append(f"the gradients of {a} and {b} share memory: adding to one in place changes the other")


def _shared(a: Any, b: Any) -> bool:
    return is_array(a) and is_array(b) and a.size > 0 and np.shares_memory(a, b)

"""The contract around the numbers: what a caller may rely on besides the gradient being right.

repeatable   the same question twice gets the same answer, to the bit
saved        backward may be called twice on what forward saved, and after another forward
strides      g in any memory layout (Fortran order, every other entry of a larger array, stride 0, read-only)
             gets the same gradient, but for rounding; the arguments in Fortran order, or as every other entry, too
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from ..point import Point, differentiable
from .bound import BoundedJacobian
from .door import Answer, Broken

if TYPE_CHECKING:
    from .examine import Trial

Bounds = dict[str, BoundedJacobian]
Layout = Callable[[np.ndarray], np.ndarray]


def contract(
    trial: Trial, shape: tuple[int, ...], first: Answer, g: np.ndarray, bounded: Bounds, notes: list[str]
) -> list[Broken]:
    """The contracts broken at this point, given the answer `first` to the upstream gradient g."""
    again = trial.ask(g, shape)
    if not np.array_equal(first.y, again.y):
        return [Broken("repeatable", "the same question twice gave two different y")]
    faults = [
        Broken("repeatable", f"the same question twice gave two different gradients of {a}", a)
        for a in first.gradients
        if not np.array_equal(first.gradients[a], again.gradients.get(a, np.nan))
    ]
    if faults or not trial.thorough:
        return faults
    return [*_saved(trial, shape, first, g, notes), *_strides(trial, shape, g, bounded)]


def _saved(trial: Trial, shape: tuple[int, ...], first: Answer, g: np.ndarray, notes: list[str]) -> Iterator[Broken]:
    """A second backward on what was saved, after another layer's: nothing was consumed, overwritten, left over."""
    door = trial.door()
    given = door.given(trial.point.values)
    y, saved = door.run_forward(given, trial.settings)
    upstream = door.upstream(g, shape)
    one = door.run_backward(upstream, saved)
    kept = {a: np.array(v) for a, v in one.items() if v is not None}
    _aliases(trial, one, {**given, "g": upstream, "y": y}, notes)
    with suppress(Broken):  # other numbers in between, as in a network that holds the layer twice
        _, other = door.run_forward(door.given(_halved(trial.point)), trial.settings)
        door.run_backward(door.upstream(0.5 * g, shape), other)
    now = {a: np.array(one[a]) for a in kept}
    try:
        two = door.run_backward(door.upstream(g, shape), saved)
    except Broken as fault:
        yield Broken("saved", f"backward works once only on what forward saved: {fault.text}")
        return
    for a, v in kept.items():
        if not np.array_equal(v, now[a], equal_nan=True):
            yield Broken("saved", f"a second backward overwrites the gradient of {a} that the first one returned", a)
        elif not np.array_equal(v, np.asarray(two.get(a)), equal_nan=True):
            text = f"a second backward on what forward saved, after another forward, gives another gradient of {a}"
            yield Broken("saved", text, a)


def _halved(point: Point) -> dict[str, Any]:
    """Other values in the same shapes: each argument that has a derivative at half its value."""
    return {a: v * 0.5 if a in differentiable(point.map) else v for a, v in point.values.items()}


def _aliases(trial: Trial, gradients: dict[str, Any], arrays: dict[str, Any], notes: list[str]) -> None:
    """Note each gradient that shares memory with what it should not."""
    for a, v in gradients.items():
        for name, other in arrays.items():
            if _shared(v, other):
                notes.append(f"the gradient of {a} shares memory with {name}: adding to one in place changes the other")
    for a, b in combinations(gradients, 2):
        if _shared(gradients[a], gradients[b]):
            notes.append(f"the gradients of {a} and {b} share memory: adding to one in place changes the other")


def _shared(a: Any, b: Any) -> bool:
    return isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and a.size > 0 and np.shares_memory(a, b)


def _strides(trial: Trial, shape: tuple[int, ...], g: np.ndarray, bounded: Bounds) -> Iterator[Broken]:
    """Every layout of g against the truth for its numbers; nothing is asked of a gradient wrong in any layout."""
    plain = trial.door().upstream(g, shape)
    right = set(bounded) - _wrong(trial, plain, bounded)
    for name, laid_out in layouts(plain):
        try:
            wrong = _wrong(trial, laid_out, bounded)
        except Broken as fault:
            yield Broken("strides", f"with g {name}: {fault.text}", fault.argument)
            continue
        for a in right & wrong:
            yield Broken("strides", f"with g {name} the gradient of {a} is wrong, with a plain g it is right", a)
    for name, layout in _LAYOUTS.items():
        try:
            wrong = _wrong(trial, plain, bounded, layout)
        except Broken as fault:
            yield Broken("strides", f"with the arguments {name}: {fault.text}", fault.argument)
            continue
        for a in right & wrong:
            text = f"with the arguments {name} the gradient of {a} is wrong, with plain ones it is right"
            yield Broken("strides", text, a)


def _wrong(trial: Trial, g: np.ndarray, bounded: Bounds, layout: Layout | None = None) -> set[str]:
    """The arguments whose gradient for this g is outside its bound."""
    if layout is None:
        answer = trial.ask(g, g.shape)
    else:
        answer = trial.door().ask(trial.point.values, trial.settings, g, g.shape, layout)
    found = set()
    for a, got in answer.gradients.items():
        judged = bounded[a].judge(g.astype(np.float64).reshape(1, -1))
        if judged.outside(got.reshape(1, -1)).any():
            found.add(a)
    return found


def layouts(g: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """g in memory layouts that code meets in practice; the stride-0 one holds other numbers."""
    yield "every other entry of a larger array", _every_other(g)
    if g.ndim > 1:
        yield "in Fortran order", np.asfortranarray(g)
    yield "backwards in memory", np.ascontiguousarray(g[..., ::-1])[..., ::-1] if g.ndim else g
    if g.size:
        least = g.reshape(-1)[np.abs(g).argmin()]  # the one that reaches least far
        yield "broadcast from one number (stride 0)", np.broadcast_to(np.full((1,) * g.ndim, least), g.shape)
    read_only = g.copy()
    read_only.flags.writeable = False
    yield "read-only", read_only


def _every_other(v: np.ndarray) -> np.ndarray:
    """v as every other entry of an array with zeros between them."""
    wide = np.zeros((*v.shape, 2), v.dtype)
    wide[..., 0] = v
    return wide[..., 0]


# of the arguments
_LAYOUTS: dict[str, Layout] = {
    "as every other entry of a larger array": _every_other,
    "in Fortran order": np.asfortranarray,
}

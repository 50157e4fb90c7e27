"""strides: in any memory layout g gets the same gradient, but for rounding, and so do the arguments.

Fortran order, every other entry of a larger array, backwards, stride 0, read-only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from ..door import Broken

if TYPE_CHECKING:
    from ..contract import Standing

Layout = Callable[[np.ndarray], np.ndarray]


def broken(standing: Standing) -> Iterator[Broken]:
    """Every layout of g against the truth for its numbers; nothing is asked of a gradient wrong in any layout."""
    plain = standing.trial.door().upstream(standing.g, standing.g.shape)
    right = standing.right - _wrong(standing, np.array(_stride_0(plain)))  # whose numbers are others
    tried = [(f"g {name}", laid_out, None) for name, laid_out in layouts(plain)]
    tried += [(f"the arguments {name}", plain, layout) for name, layout in _LAYOUTS.items()]
    for name, g, layout in tried:
        try:
            wrong = _wrong(standing, g, layout)
        except Broken as fault:
            yield Broken("strides", f"with {name}: {fault.text}", fault.argument)
            continue
        for a in sorted(right & wrong):
            plainly, v = ("a plain g", "g") if layout is None else ("plain ones", a)
            text = f"with {name} the gradient of {a} is wrong, with {plainly} it is right: start from"
            yield Broken("strides", f"{text} np.array({v}, order='C')", a)


def _wrong(standing: Standing, g: np.ndarray, layout: Layout | None = None) -> set[str]:
    """The arguments whose gradient for this g is outside its bound."""
    trial, numbers = standing.trial, np.array(g)  # the code may write into g
    answer = trial.door().ask(trial.point.values, trial.settings, g, g.shape, layout or (lambda v: v), g_as_it_is=True)
    return {a for a, got in answer.gradients.items() if not standing.is_right(a, got, numbers)}


def layouts(g: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """g in memory layouts that code meets in practice; the stride-0 one holds other numbers."""
    yield "as every other entry of a larger array", _every_other(g)
    if g.ndim > 1:
        yield "in Fortran order", np.asfortranarray(g)
    yield "backwards in memory", np.ascontiguousarray(g[..., ::-1])[..., ::-1] if g.ndim else g
    if g.size:
        yield "broadcast from one number (stride 0)", _stride_0(g)
    read_only = g.copy()
    read_only.flags.writeable = False
    yield "read-only", read_only


def _stride_0(g: np.ndarray) -> np.ndarray:
    """One number of g, the one that reaches least far, in every place: as an expanded gradient of a sum is."""
    least = g.reshape(-1)[np.abs(g).argmin()]
    return np.broadcast_to(np.full((1,) * g.ndim, least), g.shape)


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

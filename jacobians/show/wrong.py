"""Where the wrong entries of L are: the Jacobian that code on trial has, row by row, beside the right one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import in_form
from ..point import Point
from ..verify.bound import Bounds, Judged
from ..verify.door import Broken
from ..verify.examine import Trial
from ..verify.formats import get_format
from ..verify.trial import rounded, settings_for, trial_points
from .layout import bracketed
from .product import cuts

_MOST = 1600  # entries of an L that is looked at


@dataclass(frozen=True)
class Wrong:
    """The L^a of code on trial at one point.

    Attributes:
        argument, point: which Jacobian, and the name of the point.
        got: what the code has, |y| × |a|: row i is its answer to a g that is 1 at entry i of y and 0 elsewhere.
        want: the right one.
        wrong: which entries are further off than rounding can take them.
        row_cuts, column_cuts: where blocks begin.
    """

    argument: str
    point: str
    got: np.ndarray
    want: np.ndarray
    wrong: np.ndarray
    row_cuts: tuple[int, ...]
    column_cuts: tuple[int, ...]

    @property
    def said(self) -> str:
        """In one line."""
        M, N = self.want.shape
        entries = f"{int(self.wrong.sum())} of {self.wrong.size} entries of L^{self.argument} [{M} × {N}] are wrong"
        return f"{entries} at the point {self.point!r}"


def wrong_entries(
    fast: Any, layer: type[Layer], argument: str, dtype: str = "float64", seed: int = 0,
    settings: dict[str, Any] | None = None,
) -> Wrong | None:  # fmt: skip
    """Where L^argument of the code is wrong, at the layer's smallest point that shows it in several rows and columns.

    Args:
        fast: code on trial, with forward and backward.
        layer: what it should be.
        argument: whose Jacobian.
        dtype: the format it is tried in.
        seed: of the points.
        settings: settings of the layer held fixed.

    Returns:
        None where one-hot gradients show nothing wrong at any small point, or the code answers none of them.
    """
    first: Wrong | None = None
    for point in sorted(trial_points(layer, seed, settings or {}), key=_numbers_in):
        for found in _at(fast, layer, argument, dtype, seed, point):
            if found.wrong.any() and min(found.wrong.shape) > 1:
                return found
            first = first or (found if found.wrong.any() else None)
    return first


def _at(fast: Any, layer: type[Layer], a: str, dtype: str, seed: int, point: Point) -> Iterator[Wrong]:
    """The two Jacobians at one point; nothing where it is too large, or the code has no answer."""
    format = get_format(dtype)
    at, passed = rounded(point, format), settings_for(fast, point, layer, [])
    if at is None or passed is None or a not in at.map.args:
        return
    y = np.shape(at.forward())
    M = int(np.prod(y))
    if not 0 < M * np.size(at.values[a]) <= _MOST:
        return
    trial = Trial(fast, layer, at, format, passed, seed)
    try:
        rows = [trial.ask(g, y).gradients[a].ravel() for g in np.eye(M)]
    except (Broken, KeyError):
        return
    bounds = Bounds(at, format.readings()[-1])
    judged: Judged = bounds.jacobians()[a].judge(np.eye(M))
    got, want = np.stack(rows), np.asarray(in_form(at.L(a), "dense"), np.float64)
    yield Wrong(a, at.name, got, want, judged.outside(got), cuts(y), cuts(np.shape(at.values[a])))


def _numbers_in(point: Point) -> int:
    return sum(np.size(v) for v in point.values.values())


def wrong_lines(found: Wrong) -> list[str]:
    """The pattern of L in text: ✗ wrong, ■ right, · right and 0."""
    signs = np.where(found.wrong, "✗", np.where(found.want != 0, "■", "·"))
    return bracketed(["".join(row) for row in signs], found.want.shape[1])

"""Where no known mistake explains the answers: what the wrong ones have in common, if it is anything at all.

    past-a-tile       every shorter point is right: a tile, a block or a buffer ends there
    factor-per-row    each row (of a batch: each example) is right but for a factor of its own, whatever g is
    last-only         only the last example, row or column is wrong
    left-at-zero      every wrong entry is 0
    border, rank      of the error itself: residual.py

A description must hold for every answer at every point, and be no matter of chance: else nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from .diagnosis import Asked
from .residual import border, rank_one
from .results import Diagnosis

Array = np.ndarray
_TILE = 16  # the layers' ordinary points are no longer than that
_CLEAR = 4  # times its bound: an error no larger than that may be rounding after all, and lies where chance has it
_FAR = 100  # times its bound: what is lost with a tile is no matter of rounding


def describe_pattern(asked: list[Asked]) -> Diagnosis | None:
    """The first description that holds."""
    told = [(one, np.abs(one.got - one.want) > one.tolerance) for one in asked if one.got.size]
    if not any((np.abs(one.got - one.want) > _CLEAR * one.tolerance).any() for one, _ in told):
        return None
    for description in (_past_a_tile, _by_factors, _last_only, _left_at_zero, border, rank_one):
        if found := description(told):
            return found
    return None


Told = list[tuple[Asked, Array]]  # each question with the entries that are wrong


def _past_a_tile(told: Told) -> Diagnosis | None:
    """Wrong only where an axis of g, or of the gradient, is longer than where all is right."""
    found = [(one, wrong) for one, wrong in told if wrong.any()]
    right = [_sides(one) for one, wrong in told if not wrong.any()]
    for side in _sides(found[0][0]):
        short = max((sides[side] for sides in right if side in sides), default=0)
        if short and all(_sides(one).get(side, 0) > max(short, _TILE) for one, _ in found):
            one, wrong = min(found, key=lambda each: _sides(each[0])[side])
            if (np.abs(one.got - one.want)[wrong] > _FAR * one.tolerance[wrong]).mean() > 0.5:
                break
    else:
        return None
    first = [int(np.argwhere(wrong)[:, axis].min()) for axis in range(1, wrong.ndim)]
    start = [f"{k} on along axis {axis}" for axis, k in enumerate(first) if k > 0]
    where = f"; the wrong entries are those from index {' and '.join(start)}" if start else ""
    what, axis = side
    text = (
        f"right where axis {axis} of {what} is up to {short} long, wrong where it is {_sides(one)[side]}: a tile, a "
        f"block or a buffer ends in between{where}"
    )
    return Diagnosis("past-a-tile", text)


def _sides(one: Asked) -> dict[tuple[str, int], int]:
    """The lengths of all axes of g and of the gradient."""
    shapes = {"the gradient": one.got.shape[1:], "g": one.g.shape[1:]}
    return {(what, axis): n for what, shape in shapes.items() for axis, n in enumerate(shape)}


def _by_factors(told: Told) -> Diagnosis | None:
    """got = c[i] · want in row i of every answer; a row of one entry would always have some c[i], and tells nothing."""
    telling = False
    for one, wrong in told:
        if one.got.ndim < 3:
            if wrong.any():
                return None
            continue
        if not wrong.any():
            continue
        rows = (len(one.got), one.got.shape[1], -1)
        got, want, slack = (v.reshape(rows) for v in (one.got, one.want, one.tolerance))
        size = np.abs(want).max(axis=(0, 2))
        scale = np.where(size > 0, size, 1.0)[None, :, None]
        g, w = got / scale, want / scale
        square = (w * w).sum(axis=(0, 2))
        c = np.where(square > 0, (g * w).sum(axis=(0, 2)) / np.where(square > 0, square, 1.0), 1.0)[None, :, None]
        if not (np.abs(got - c * want) <= slack * np.maximum(1.0, np.abs(c)) + 4 * one.u * np.abs(c * want)).all():
            return None
        off = (np.abs((c - 1) * want) > slack).any(axis=(0, 2))  # told apart from the right answer
        telling = telling or bool(
            (wrong.reshape(rows).any(axis=(0, 2)) & ((want != 0).any(axis=0).sum(axis=1) > 1) & off).any()
        )
    text = "each row (in a batch, each example) is right but for a factor of its own, the same whatever g is"
    return Diagnosis("factor-per-row", text) if telling else None


def _last_only(told: Told) -> Diagnosis | None:
    for what, axis, applies in _places():
        inside = [(one, wrong) for one, wrong in told if wrong.any()]
        if not all(applies(one) and one.got.shape[axis] > 1 for one, _ in inside):
            continue
        others = [np.delete(wrong, -1, axis=axis) for _, wrong in inside]
        compared = sum(np.delete(one.want, -1, axis=axis).any() for one, _ in inside)
        if compared > 1 and not any(wrong.any() for wrong in others):
            return Diagnosis("last-only", f"only the last {what} is wrong, at every point")
    return None


def _places() -> Iterator[tuple[str, int, Callable[[Asked], bool]]]:
    yield "example of a batch", 1, lambda one: one.lead == 2
    yield "row", -2, lambda one: one.got.ndim >= one.lead + 2
    yield "column", -1, lambda one: one.got.ndim > one.lead


def _left_at_zero(told: Told) -> Diagnosis | None:
    if any((one.got[wrong] != 0).any() for one, wrong in told):
        return None
    if not any(((one.got != 0) & ~wrong).any() for one, wrong in told):
        return None
    return Diagnosis("left-at-zero", "every wrong entry is 0: there a part of the gradient is not computed")

"""A point small enough to look at, and a row g: numbers that a person can follow with a pencil."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import ArgumentError
from ..layer import Layer
from ..layers import name_of
from ..matrix import Array
from ..point import Point, differentiable
from ..verify.differences import quotient

SIZE = 2  # n of `points`: the smallest at which nearly every layer has no two axes of one length
DECIMALS = (1, 2)
_FEW = 200  # numbers; more are not followed with a pencil, whatever their decimals


def small_point(layer: type[Layer], size: int = SIZE, seed: int = 0) -> Point:
    """The layer's typical point, its numbers rounded to few decimals where they then still are a point of it.

    Args:
        layer: the layer class.
        size: about how many entries an axis has.
        seed: of the numbers.

    Raises:
        ArgumentError: the layer has no point of this size.
    """
    try:
        point = next(iter(layer.points(np.random.default_rng(seed), size)))
        np.size(point.forward())
    except (ArgumentError, ValueError, IndexError, ZeroDivisionError) as error:
        raise ArgumentError(
            f"{name_of(layer)} has no point of size {size} ({error}): write another --size, {SIZE} or more"
        ) from None
    few = sum(np.size(v) for v in point.values.values()) <= _FEW
    for decimals in DECIMALS if few else ():
        rounded = replace(point, values={a: _rounded(v, decimals) for a, v in point.values.items()})
        if _keeps_apart(point, rounded) and _still_holds(rounded):
            return rounded
    return point


def upstream(point: Point, seed: int = 0) -> Array:
    """A row g of small whole numbers, none of them 0, one for each entry of y; 1 where y is the cost J itself."""
    y = point.forward()
    if np.ndim(y) == 0:
        return np.ones(1)  # ∂J/∂J
    few = np.resize([1.0, -2.0, 3.0, 2.0, -1.0, -3.0], np.size(y))
    return np.random.default_rng([seed, 1]).permutation(few)


def _rounded(v: Any, decimals: int) -> Any:
    v = np.asarray(v)
    probabilities = v.ndim and np.all(v >= 0) and np.allclose(v.sum(axis=-1), 1)
    return v if v.dtype.kind != "f" or probabilities else v.round(decimals) + 0.0


def _keeps_apart(point: Point, rounded: Point) -> bool:
    """Whether numbers that differ from each other and from 0 still do: no ties, no kinks."""

    def different(at: Point) -> int:
        return len(np.unique([0.0, *(number for v in at.values.values() for number in np.ravel(v))]))

    return different(point) == different(rounded)


def _still_holds(point: Point) -> bool:
    """Whether L is the derivative there: rounding may leave where the formulas are meant to hold (0 < p < 1)."""
    with np.errstate(all="ignore"):
        if not np.isfinite(point.forward()).all():
            return False
        for a in differentiable(point.map):
            value, error = quotient(point, a)
            L = point.L(a, "dense")
            if not (np.abs(L - value) <= error + 1e-9 * (1 + np.abs(L))).all():
                return False
    return True

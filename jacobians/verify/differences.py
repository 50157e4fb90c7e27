"""The difference quotient: ∂y/∂a from values of y alone. It knows `forward` and nothing else.

With D(h) = (f(x + h) − f(x − h))/2h and S(h) = (f(x + h) − 2 f(x) + f(x − h))/h, one entry of x moved at a time:

    D(h) = f'(x) + c₂h² + c₄h⁴ + …          S(h) = 0 + c₁h + c₃h³ + …               (1)
    T[k, 0] = T(h₀/2ᵏ),   T[k, m] = T[k, m−1] + (T[k, m−1] − T[k−1, m−1])/(2^p − 1)   (2)
    error = max(2 |D[k, m] − D[k, m−1]|, 2 |D[k, m] − D[k−1, m−1]|, |S[k, m]|) + rounding   (3)
    |D[k, m] − D′| ≤ error + error′         else the cell is no candidate             (4)

(2) is Richardson's extrapolation: column m removes the power p = 2m of D, 2m − 1 of S. As Ridders does (1982, Advances
in Engineering Software 4, 75–76), every cell of the table is a candidate, and each entry of the Jacobian takes the one
whose estimate (3) is smallest; but not one that contradicts D′, the cell of the smallest steps: what is bounded looks
flat to large ones. The steps begin at a quarter of |x|; far from |x| = 1 a second table begins at 1/4; at x = 0, where
a function may have any scale, another at 2⁻⁴⁰.

S is the difference between the right and the left difference quotient. At a kink it tends to the derivative's jump, so
`value` is the middle between the two one-sided derivatives and `error` at least their distance: every convention for
h'(0) in between agrees with it, and so does the derivative on either side of a kink too near for the smallest step.

The error is an estimate and no bound: it trusts that f is smooth at the scale of some of the steps. A feature narrower
than all steps and away from x is not seen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..errors import UnknownName, names
from ..matrix import Array
from ..point import Point, differentiable

STEPS = 7  # h₀ to h₀/64
_AMPLIFIED = (
    4.0  # rounding in D[k, m] is at most this times noise/h: two values in a difference, |weights| of (2) below 2
)


class Quotient(NamedTuple):
    """A numerical Jacobian, |y| × |a|, and how far each of its entries may be off (infinite: nothing is known)."""

    value: np.ndarray
    error: np.ndarray


def quotient(point: Point, a: str, noise: Array = 0.0) -> Quotient:
    """∂y/∂a at this point by central differences with extrapolation, in float64.

    Args:
        point: a map at given arguments; only its `forward` is used, 14 to 42 times for each entry of a.
        a: the name of an argument that has a derivative.
        noise: how far rounding may take each of the |y| entries of forward from its exact value, beyond the 8 units in
            its last place that are always granted: what a y in which large terms cancel needs.

    Returns:
        Quotient(value, error), both float64 of |y| rows and |a| columns.

    Raises:
        UnknownName: no such argument, or a constant one.
    """
    if a not in differentiable(point.map):
        raise UnknownName(f"{point.map!r} has no Jacobian for {a!r}: write one of {names(differentiable(point.map))}")
    values = {k: v.astype(np.float64) if v.dtype.kind == "f" else v for k, v in _arrays(point.values).items()}
    x = values[a].astype(np.float64)

    def f(moved: np.ndarray) -> np.ndarray:
        """y with one entry of a moved: |a| rows, row j for entry j at moved[j]; NaN where moved[j] is."""
        rows = np.full((x.size, y.size), np.nan)
        for j in np.flatnonzero(np.isfinite(moved)):
            at = x.copy()
            at.flat[j] = moved[j]
            rows[j] = np.asarray(point.map.forward(**values | {a: at}), np.float64).ravel()
        return rows

    with np.errstate(all="ignore"):  # a step may leave the domain: its cells are not finite, and are not chosen
        y = np.asarray(point.map.forward(**values), np.float64).ravel()
        tables = [_table(f, x.ravel(), start, y, np.ravel(noise)) for start in _starts(x.ravel())]
        value, error = _best(*(np.concatenate(parts) for parts in zip(*tables, strict=True)))
    return Quotient(value.T, error.T)


def _arrays(values: dict[str, Array]) -> dict[str, np.ndarray]:
    return {k: np.asarray(v) for k, v in values.items()}


def _starts(x: np.ndarray) -> np.ndarray:
    """The first steps h₀ of up to three tables for each entry, the smallest first; NaN for no table."""
    size = np.abs(x)
    size = np.where(size > 0, size, size[size > 0].min(initial=np.inf))  # a zero is as large as its smallest neighbour
    own = np.where(np.isfinite(size), 2.0 ** (np.frexp(size)[1] - 3), np.nan)
    far = np.where((size > 0.125) & (size < 8), np.nan, 0.25)
    return np.sort([own, far, np.where(x == 0, 2.0**-40, np.nan)], axis=0)


def _table(f: Callable[[Array], Array], x: Array, start: Array, y: Array, noise: Array) -> tuple[Array, Array]:
    """All cells of the tables of steps start, start/2, …: ∂y/∂x and its error, (cells, |a|, |y|), small steps first."""
    h = start[:, None] / 2.0 ** np.arange(STEPS)[:, None, None]
    plus, minus = (np.array([f(x + sign * step[:, 0]) for step in h]) for sign in (1, -1))
    at = x[:, None]
    right, left = (at + h) - at, at - (at - h)  # the steps that were really taken
    D = _extrapolated((plus - minus) / (right + left), 2 * np.arange(1, STEPS))  # (1)
    S = _extrapolated((plus - y) / right - (y - minus) / left, 2 * np.arange(1, STEPS) - 1)
    size = np.fmax.accumulate(np.fmax(np.abs(y), np.fmax(np.abs(plus), np.abs(minus))))
    rounding = _AMPLIFIED * (noise + 8 * np.finfo(float).eps * size) / h
    errors: list[Array] = []
    for m in range(1, STEPS):
        spread = np.maximum(np.abs(D[m] - D[m - 1][1:]), np.abs(D[m] - D[m - 1][:-1]))
        errors.append(np.maximum(2 * spread, np.abs(S[m])) + rounding[m:])  # (3)
    return np.concatenate([T[::-1] for T in D[1:]]), np.concatenate([e[::-1] for e in errors])


def _best(value: Array, error: Array) -> tuple[Array, Array]:
    """The cell with the smallest error of those that do not contradict the first."""
    error = np.where(np.isfinite(value + error), error, np.inf)
    value = np.where(np.isfinite(error), value, 0.0)
    error = np.where(np.abs(value - value[0]) <= error + error[0], error, np.inf)  # (4)
    best = np.argmin(error, axis=0)[None]
    return np.take_along_axis(value, best, 0)[0], np.take_along_axis(error, best, 0)[0]


def _extrapolated(T: np.ndarray, powers: np.ndarray) -> list[np.ndarray]:
    """The columns of the table, T first; column m removes the power powers[m − 1] of h."""
    columns = [T]
    for p in powers:
        T = T[1:] + (T[1:] - T[:-1]) / (2.0**p - 1)  # (2)
        columns.append(T)
    return columns

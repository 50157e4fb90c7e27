"""L of a function that only ever gives numbers: complex steps or difference quotients, and what rounding may do to it.

    L[:, j] = Im f(x + i h e_j)/h,  h = 2⁻³⁰⁰      (Squire & Trapp 1998, SIAM Review 40, 110–112)              (1)

(1) has no error but rounding, where f takes complex numbers and is analytic; that it does is shown by comparing it with
the difference quotients (verify/differences.py), within their error. Where it does not agree, those are L, and their
error is counted in.

What rounding does inside fast code cannot be derived here: no formula is known. It is *estimated*, for code that is as
good as rounding every value it reads, and the largest entry it computes, by ROOM units in the last place:

    E = ROOM (u/s) max_k |L(x (1 + s d_k)) − L(x)|  +  ROOM u max |L|  +  the error of L,     d_k = ±1 at random  (2)
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from ..point import Map, Point, differentiable
from ..verify.differences import Quotient, quotient

ROOM = 16  # units in the last place of each value read: the one declared quantity here
_STEP = 2.0**-300
_SPREAD = 2.0**-20  # s of (2): far above the error of L, far below where L bends
_DRAWS = 4

Values = dict[str, np.ndarray]


def numerical(map: Map, a: str, values: Values) -> tuple[Quotient, str]:
    """L^a and its error at these values, and in a word how it was found."""
    found = quotient(Point(map, values), a)
    exact = complex_step(map.forward, a, values)
    if exact is None or exact.shape != found.value.shape or not (np.abs(exact - found.value) <= found.error).all():
        return found, "difference quotients"
    return Quotient(exact, 4 * np.finfo(float).eps * np.abs(exact)), "complex steps"


def complex_step(f: Callable[..., Any], a: str, values: Values) -> np.ndarray | None:
    """(1); None where f takes no complex numbers."""
    x = values[a]
    columns: list[np.ndarray] = []
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("error")  # an imaginary part thrown away is a warning
            for j in range(x.size):
                at = x.astype(np.complex128)
                at.flat[j] += 1j * _STEP
                columns.append(np.imag(np.asarray(f(**values | {a: at}))).ravel() / _STEP)
    except Exception:  # whatever a function says that wants real numbers
        return None
    return np.stack(columns, axis=1) if columns else None


def with_estimate(f: Callable[[Values], tuple[np.ndarray, Any]], map: Map, values: Values, u: float) -> Any:
    """f(values), a pair (value, its error), with (2) as the error."""
    value, error = f(values)
    spread = np.zeros(np.shape(value))
    for k in range(_DRAWS):
        rng = np.random.default_rng(k)
        moved = {
            a: v * (1 + _SPREAD * rng.choice([-1.0, 1.0], v.shape)) if a in differentiable(map) else v
            for a, v in values.items()
        }
        spread = np.fmax(spread, np.abs(f(moved)[0] - value))
    return value, ROOM * u * (spread / _SPREAD + np.abs(value).max(initial=0.0)) + error

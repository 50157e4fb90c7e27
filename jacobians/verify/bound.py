"""How far rounding can take correct code from g · L: the bound of every entry, derived, with nothing to tune.

L is evaluated once, in running-error arithmetic (running.py) at the unit u of the code on trial: out come L and an
entrywise bound E on what rounding may do to it. Then for t = g · L, from the same rounded inputs,

    |got − t|  ≤  |g| E  +  γ_n |g| (|L| + E)  +  u_out (|t| + the sum so far)  +  underflow        (1)

with γ_n = n u/(1 − n u), n the number of terms of that entry's sum: it holds for every order of summation (Higham,
Accuracy and Stability of Numerical Algorithms, section 3.1). Where g and L are whole, E = 0, and the sum stays below
2^p, correct code makes no rounding error at all: the bound is 0.                                   (2)

Code that computes L from the stored output, a right formula that may lose digits (y (1 − y) near y = 1), is bounded by
the same with E' = |L' − L| + E(L'), L' that other formula: such code passes, and the report says so.   (3)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

from ..batch import Batch
from ..elements import Elements
from ..matrix import Matrix, blocks, stack
from ..mistake import Mistake
from ..point import Point, differentiable
from ..triplets import Triplets
from .formats import Format
from .running import Running, gamma


@dataclass(frozen=True)
class Judged:
    """Truth and tolerance of each entry, for k upstream gradients at once: arrays of k rows."""

    want: np.ndarray
    tolerance: np.ndarray
    looser: np.ndarray | None = None  # the tolerance for code that works from the stored output


@dataclass(frozen=True)
class BoundedJacobian:
    """L^a at a point, with the bound E on what rounding in `format` may do to each entry."""

    L: Matrix
    E: Matrix | None  # None: no rounding in L at all
    E_from_output: Matrix | None
    format: Format

    def judge(self, G: np.ndarray) -> Judged:
        """Truth G · L and the tolerance of each of its entries.

        Args:
            G: upstream gradients, k rows of |y| numbers of the format, in float64.
        """
        want = G @ self.L
        size = np.abs(G) @ abs(self.L)
        terms = (G != 0).astype(np.float64) @ (abs(self.L) > 0).astype(np.float64)
        whole = self._whole(G)[:, None]

        def tolerance(E: Matrix | None) -> np.ndarray:
            lost = np.zeros_like(want) if E is None else np.abs(G) @ E
            f = self.format
            stored = 2 * f.u_inside if f.inside_p < f.sum_p else 0.0  # of products and of the sum, where they are stored
            inside = lost + (gamma(terms, f) + stored) * (size + lost)
            total = inside + f.u * (np.abs(want) + inside) + f.tiny * (1 + terms) * (size > 0)  # (1)
            return np.where(whole & (lost == 0) & (size <= 2.0**f.p), 0.0, total)  # (2)

        return Judged(want, tolerance(self.E), None if self.E_from_output is None else tolerance(self.E_from_output))

    def _whole(self, G: np.ndarray) -> np.ndarray:
        """Which rows of G are whole numbers, as L is."""
        data = self.L.data if sparse.issparse(self.L) else self.L
        return (G == np.rint(G)).all(axis=1) & bool((data == np.rint(data)).all())


def bounded_jacobians(point: Point, format: Format) -> dict[str, BoundedJacobian]:
    """L and E for every differentiable argument of a point whose values are numbers of `format`."""
    values = _running(point, format)
    y = point.map.forward(**values)
    found: dict[str, BoundedJacobian] = {}
    for a in differentiable(point.map):
        L, E = _parts(point.map.L(a, **values))
        other = _from_output(point.map, a, y, values)
        E_other = None
        if other is not None:
            L_other, E_L_other = _parts(other)
            E_other = abs(L_other - L) + (0 if E_L_other is None else E_L_other)  # (3)
        found[a] = BoundedJacobian(L, E, E_other, format)
    return found


def bounded_forward(point: Point, format: Format) -> Judged:
    """Truth and tolerance of y itself."""
    y = point.map.forward(**_running(point, format))
    if not isinstance(y, Running):  # nothing was computed from the values
        return Judged(np.asarray(y, np.float64), np.zeros(np.shape(y)))
    rounding = np.where(y.error > 0, format.u * (np.abs(y.value) + y.error) + format.tiny, 0.0)
    stored = np.where(format.round(y.value) == y.value, rounding, format.u * np.abs(y.value) + format.tiny + rounding)
    return Judged(y.value, y.error + stored)


def _running(point: Point, format: Format) -> dict[str, Any]:
    """The point's values with no error yet; constants (labels, indices) as they are."""
    return {a: v if a in point.map.constant else Running(v, 0.0, format) for a, v in point.values.items()}


def _from_output(map: Any, a: str, y: Any, values: dict[str, Any]) -> Matrix | None:
    """The layer's `L_a_from_output`, if it has one: the same Jacobian written in y. A batch has its examples'."""
    if isinstance(map, Batch):
        if a in map.shared:
            return None
        each = [_from_output(map.map, a, y[i], one) for i, one in enumerate(map.examples(values))]
        return None if any(m is None for m in each) else blocks(*each)
    formula = getattr(map, f"L_{a}_from_output", None)
    return None if formula is None else formula(y, **values)


def wrong_jacobians(point: Point, a: str) -> list[Mistake]:
    """The layer's own mistakes in L^a at this point, in float64; a batch has its examples', stacked or block by block."""
    map: Any = point.map
    if not isinstance(map, Batch):
        return list(map.mistakes(a, **point.values)) if hasattr(map, "mistakes") else []
    examples = map.examples(point.values)
    each = [wrong_jacobians(Point(map.map, one), a) for one in examples]
    join = stack if a in map.shared else blocks
    return [replace(same[0], L=join(*(m.L for m in same))) for same in zip(*each, strict=True)]


def _parts(L: Matrix) -> tuple[Matrix, Matrix | None]:
    """L and E as two matrices of one pattern."""
    if isinstance(L, Triplets):
        if not isinstance(L.values, Running):
            raise TypeError(f"expected running-error entries, got {type(L.values).__name__}")
        L = L.sum_duplicates()
        value, error = L.values.parts
        place = (L.rows, L.cols)
        return tuple(sparse.coo_array((part, place), shape=L.shape).tocsr() for part in (value, error))  # type: ignore[return-value]
    if isinstance(L, Elements):
        return L.parts[0], L.parts[1]
    return (L.astype(np.float64) if sparse.issparse(L) else np.asarray(L, np.float64)), None

"""How far rounding can take correct code from g · L: the bound of every entry, derived, with nothing to tune.

L is evaluated once, in running-error arithmetic (running.py) at the unit u of the code on trial: out come L and an
entrywise bound E on what rounding may do to it. Then for t = g · L, from the same rounded inputs,

    |got − t|  ≤  |g| E  +  γ_n |g| (|L| + E)  +  u_out (|t| + the sum so far)  +  underflow        (1)

with γ_n = n u/(1 − n u), n the number of terms of that entry's sum: it holds for every order of summation (Higham,
Accuracy and Stability of Numerical Algorithms, section 3.1). Where all data and g are whole, y and L need no rounding,
and the sums stay below 2^p, in L too, correct code makes no rounding error at all: the bound is 0. (2)
As E is at least u times the magnitude of all that L is summed up from, these are below |g|(|L| + E/u), in any order.

Code that computes L from the stored output, a right formula that may lose digits (y (1 − y) near y = 1), is bounded by
the same with E' = |L' − L| + E(L'), L' that other formula: such code passes, and the report says so. Likewise y by a
layer's `forward_as_usual`.                                                                         (3)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from scipy import sparse

from ..batch import Batch
from ..elements import Elements
from ..errors import LayerDefinitionError
from ..kinds import is_csr, is_sparse
from ..matrix import Matrix, multiply, values_of
from ..point import Point, differentiable
from ..triplets import Triplets
from .formats import Format
from .gates import counting
from .row_sums import row_sums
from .running import Running, gamma, times

_SMALL = 1 << 17  # entries; at 8 bytes, what a core's own cache holds


@dataclass(frozen=True)
class Judged:
    """Truth and tolerance of each entry, for k upstream gradients at once: arrays of k rows."""

    want: np.ndarray
    tolerance: np.ndarray
    loosen: Callable[[], np.ndarray | None] = lambda: None

    @cached_property
    def looser(self) -> np.ndarray | None:
        """The tolerance for right code of another form, which loses digits (3); computed when first asked for."""
        return self.loosen()

    def outside(self, got: np.ndarray) -> np.ndarray:
        """Which entries neither tolerance allows."""
        error = np.abs(got - self.want)
        over = ~(error <= self.tolerance)
        if over.any() and self.looser is not None:
            over &= ~(error <= self.looser)
        return over


@dataclass(frozen=True)
class Sums:
    """What a verdict on k gradients is made of: arrays of k rows, each a sum over the rows of L.

    Attributes:
        want: G · L.
        size: |G| |L|.
        lost: |G| E.
        terms: how many terms want has: rows whose g is not 0.
        exact: whether neither the rows of L nor G need a rounding, for each of the k.
    """

    want: np.ndarray
    size: np.ndarray
    lost: np.ndarray
    terms: np.ndarray
    exact: np.ndarray

    def tolerance(self, f: Format, lost: np.ndarray | None = None) -> np.ndarray:
        """How far the answers of correct code may be from `want`, by (1) and (2). `lost`: by another formula's E."""
        lost = self.lost if lost is None else lost
        # of products and of the sum, where they are stored
        stored = 2 * f.u_inside if f.inside_p < f.sum_p else 0.0
        inside = lost + times(gamma(self.terms, f) + stored, self.size + lost)
        total = inside + f.u * (np.abs(self.want) + inside) + f.tiny * (1 + self.terms) * (self.size > 0)  # (1)
        on_the_way = self.size + times(np.full((), 1 / min(f.u, f.u_inside, f.u_sum)), self.lost)
        return np.where(self.exact[:, None] & (on_the_way <= 2.0**f.p), 0.0, total)  # (2)


@dataclass(frozen=True)
class BoundedJacobian:
    """L^a at a point, with the bound E on what rounding in `format` may do to each entry."""

    L: Matrix
    E: Matrix | None  # None: no rounding in L at all
    format: Format
    from_output: Callable[[], Matrix | None] = lambda: None  # E of the form that computes L from y
    exact: bool = False  # whether all data is whole, and neither y nor any L^a needs a rounding
    open_gates: int = 0  # choices in L that rounding alone may turn the other way; both are right

    def judge(self, G: np.ndarray) -> Judged:
        """Truth G · L and the tolerance of each of its entries.

        Args:
            G: upstream gradients, k rows of |y| numbers of the format, in float64.
        """
        sums = self.sums(G)

        def looser() -> np.ndarray | None:
            lost = self.lost_from_output(G)
            return None if lost is None else sums.tolerance(self.format, lost)

        return Judged(sums.want, sums.tolerance(self.format), looser)

    def sums(self, G: np.ndarray) -> Sums:
        """G · L, and what bounds it. `G` as of `judge`."""
        if len(G) == 1 and is_csr(L := self._handy(self.L)):
            want, size, terms = (part[None] for part in row_sums(G[0], L))
        else:
            L, magnitude, pattern = self._factors
            want, size = multiply(G, L), multiply(np.abs(G), magnitude)
            terms = multiply((G != 0).astype(np.float64), pattern)
        lost = np.zeros_like(want) if self.E is None else _spread(np.abs(G), self._handy(self.E))
        return Sums(want, size, lost, terms, (G == np.rint(G)).all(axis=1) & self.exact)

    def lost_from_output(self, G: np.ndarray) -> np.ndarray | None:
        """|G| E' of (3); None where the layer knows no such form."""
        E = self.E_from_output
        return None if E is None else _spread(np.abs(G), self._handy(E))

    @property
    def transposed(self) -> BoundedJacobian:
        """The same bound for code that multiplies from the right, L · v (forward mode): its rows are Lᵀ's columns."""
        E = None if self.E is None else _turned(self.E)

        def from_output() -> Matrix | None:
            return None if self.E_from_output is None else _turned(self.E_from_output)

        return BoundedJacobian(_turned(self.L), E, self.format, from_output, self.exact, self.open_gates)

    @cached_property
    def E_from_output(self) -> Matrix | None:
        """E for code that computes L from the stored output, where the layer knows such a form."""
        return self.from_output()

    @cached_property
    def _factors(self) -> tuple[Matrix, Matrix, Matrix]:
        """L, |L| and the pattern of L as ones, ready to be multiplied with."""
        L = self._handy(self.L)
        if not is_sparse(L):
            return L, abs(L), (L != 0).astype(np.float64)
        parts = np.abs(L.data), (L.data != 0).astype(np.float64)
        size, pattern = (sparse.csr_array((part, L.indices, L.indptr), shape=L.shape) for part in parts)
        return L, size, pattern

    def _handy(self, A: Matrix) -> Matrix:
        """Small matrices dense: there scipy.sparse's bookkeeping costs more than the zeros."""
        small = self.L.shape[0] * self.L.shape[1] <= _SMALL
        return A.toarray() if small and is_sparse(A) else A


def _turned(A: Matrix) -> Matrix:
    """The transpose, row by row again where it is sparse."""
    return A.T.tocsr() if is_sparse(A) else A.T


def _spread(G: np.ndarray, E: Matrix) -> np.ndarray:
    """|g| E, infinite where a g that is not 0 meets an infinite error, and only there."""
    if np.isfinite(values_of(E)).all():
        return multiply(G, E)
    dense = E.toarray() if is_sparse(E) else E
    finite = np.isfinite(dense)
    met = (G > 0).astype(np.float64) @ (~finite).astype(np.float64)
    return G @ np.where(finite, dense, 0.0) + np.where(met > 0, np.inf, 0.0)


class Bounds:
    """What is bounded at one point in one format: y and every L^a, each formula evaluated once."""

    def __init__(self, point: Point, format: Format):
        """`point`: its values are numbers of `format`."""
        self.point, self.format = point, format
        self.exact = _exact(point, format)
        self.values = _running(point, replace(format, exact_data=False))
        self.y = point.map.forward(**self.values)

    def jacobians(self) -> dict[str, BoundedJacobian]:
        """L and E for every argument that has a derivative.

        Raises:
            LayerDefinitionError: a formula gives a matrix of the wrong shape.
        """
        return {a: self.jacobian(a) for a in differentiable(self.point.map)}

    def jacobian(self, a: str) -> BoundedJacobian:
        """L and E for one argument. Raises as `jacobians` does."""
        with counting() as open_gates:
            L, E = _parts(self.point.map.L(a, **self.values), self.format)
        wanted = (np.size(self.y), np.size(self.point.values[a]))
        if L.shape != wanted:
            must = f"must have |y| rows and |{a}| columns, {list(wanted)}"
            raise LayerDefinitionError(f"{self.point.map!r}: L_{a} is {list(L.shape)}, and {must}")
        other = partial(_other_error, self.point.map, a, self.y, self.values, L, self.format)
        return BoundedJacobian(L, E, self.format, other, self.exact, open_gates[0])

    def forward(self) -> Judged:
        """Truth and tolerance of y itself."""
        y, f = self.y, self.format
        if not isinstance(y, Running):  # nothing was computed from the values
            return Judged(np.asarray(y, np.float64), np.zeros(np.shape(y)))
        error = np.zeros(y.shape) if self.exact else y.error
        rounding = np.where(error > 0, f.u * (np.abs(y.value) + error) + f.tiny, 0.0)
        stored = np.where(f.round(y.value) == y.value, rounding, f.u * np.abs(y.value) + f.tiny + rounding)

        def looser() -> np.ndarray | None:
            usual = _as_usual(self.point.map, self.values)
            return None if usual is None else np.abs(usual.value - y.value) + usual.error + stored  # (3)

        return Judged(y.value, error + stored, looser)


def bounded_jacobians(point: Point, format: Format) -> dict[str, BoundedJacobian]:
    """L and E for every differentiable argument of a point whose values are numbers of `format`."""
    return Bounds(point, format).jacobians()


def bounded_forward(point: Point, format: Format) -> Judged:
    """Truth and tolerance of y at a point whose values are numbers of `format`."""
    return Bounds(point, format).forward()


def _other_error(map: Any, a: str, y: Any, values: dict[str, Any], L: Matrix, format: Format) -> Matrix | None:
    """E' of (3)."""
    other = _from_output(map, a, y, values)
    if other is None:
        return None
    L_other, E = _parts(other, format)
    return abs(L_other - L) + (0 if E is None else E)


def _exact(point: Point, format: Format) -> bool:
    """Whether the point's data is whole, and neither y nor any L^a needs a rounding there."""
    if not all((np.asarray(v) == np.rint(v)).all() for v in point.values.values() if np.asarray(v).dtype.kind == "f"):
        return False
    values = _running(point, format)
    y = point.map.forward(**values)
    if isinstance(y, Running) and y.error.any():
        return False
    for a in differentiable(point.map):
        L, E = _parts(point.map.L(a, **values), format)
        data = values_of(L)
        if (data != np.rint(data)).any() or (E is not None and abs(E).sum() > 0):
            return False
    return True


def _as_usual(map: Any, values: dict[str, Any]) -> Any:
    """y by the layer's `forward_as_usual`, if it has one: a right formula in wide use that loses digits."""
    formula = getattr(map.map if isinstance(map, Batch) else map, "forward_as_usual", None)
    if formula is None:
        return None
    return map.arrays(formula, values) if isinstance(map, Batch) else formula(**values)


def _running(point: Point, format: Format) -> dict[str, Any]:
    """The point's values with no error yet; constants (labels, indices) as they are."""
    return {a: v if a in point.map.constant else Running(v, 0.0, format) for a, v in point.values.items()}


def _from_output(map: Any, a: str, y: Any, values: dict[str, Any]) -> Matrix | None:
    """The layer's `L_a_from_output`, if it has one: the same Jacobian written in y. A batch has its examples'."""
    formula = getattr(map.map if isinstance(map, Batch) else map, f"L_{a}_from_output", None)
    if formula is None:
        return None
    return map.matrices(formula, a, values, y) if isinstance(map, Batch) else formula(y, **values)


def _parts(L: Matrix, format: Format) -> tuple[Matrix, Matrix | None]:
    """L and E as two matrices of one pattern."""
    if isinstance(L, Triplets):
        if not isinstance(L.values, Running):
            raise TypeError(f"expected running-error entries, got {type(L.values).__name__}")
        L = L.sum_duplicates()
        value, error = L.values.parts
        return L.pattern.fill(value), L.pattern.fill(error) if error.any() else None
    if isinstance(L, Elements):
        return L.parts[0], L.parts[1]
    L = L.astype(np.float64) if is_sparse(L) else np.asarray(L, np.float64)
    data = values_of(L)
    error = Running(0.0, 0.0, format).lift(data).error  # a constant such as 1/N is rounded, too
    if not error.any():
        return L, None
    return L, sparse.csr_array((error, L.indices, L.indptr), shape=L.shape) if is_sparse(L) else error

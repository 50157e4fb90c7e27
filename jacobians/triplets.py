"""Triplets: the sparse matrix of an arithmetic that scipy.sparse cannot hold (see elements.py).

Entry k stands at (rows[k], cols[k]) and is values[k]; entries at the same place are summed. Only the few operations
that layers' formulas and the chain rule need are here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .elements import Elements


class Triplets:
    """A sparse matrix whose entries are an `Elements`."""

    compact = False  # whether entries that turn out to be 0 need not be stored (matrix.py)
    __array_ufunc__ = None  # so that `array - Triplets` comes to __rsub__ below

    def __init__(
        self, rows: np.ndarray, cols: np.ndarray, values: Elements, shape: tuple[int, int], pattern: Any = None
    ):
        """`pattern`: the Pattern of these places, where one is known (patterns.py)."""
        self.rows, self.cols, self.values, self.shape, self.pattern = rows, cols, values, shape, pattern

    @property
    def ndim(self) -> int:
        return 2

    @property
    def T(self) -> Triplets:
        return Triplets(self.cols, self.rows, self.values, (self.shape[1], self.shape[0]))

    def toarray(self) -> Elements:
        """The dense form, an Elements of two axes."""
        place = self.rows.astype(np.int64) * self.shape[1] + self.cols
        return self.values.sum_groups(place, self.shape[0] * self.shape[1]).reshape(self.shape)

    def sum_duplicates(self) -> Triplets:
        """The same matrix, row by row, with one entry at a place."""
        from .patterns import Pattern

        pattern: Any = self.pattern or Pattern(self.rows, self.cols, self.shape)
        one = pattern.unique
        return Triplets(one.rows, one.cols, pattern.combined(self.values), self.shape, one)

    def __neg__(self) -> Triplets:
        return self._with(-self.values)

    def _with(self, values: Any) -> Triplets:
        """Other values at the same places."""
        return Triplets(self.rows, self.cols, values, self.shape, self.pattern)

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, Triplets):
            return self.toarray() + other
        rows, cols = np.concatenate([self.rows, other.rows]), np.concatenate([self.cols, other.cols])
        return Triplets(rows, cols, np.concatenate([self.values, other.values]), self.shape)  # type: ignore[arg-type]

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, scale: Any) -> Any:
        if np.ndim(scale) == 0:
            return self._with(self.values * scale)
        return self.toarray() * scale

    __rmul__ = __mul__

    def __truediv__(self, scale: Any) -> Any:
        return self._with(self.values / scale)

    def __matmul__(self, other: Any) -> Any:
        return self.T.__rmatmul__(other.T).T

    def __rmatmul__(self, other: Any) -> Any:
        """other · self, dense: row i of other picks its entries by `rows`, and sums them by `cols`."""
        dense: Any = other.toarray() if hasattr(other, "toarray") else other
        lead = self.values.lifted(dense).reshape(-1, self.shape[0])
        terms = lead[:, self.rows] * self.values
        place = np.arange(len(lead))[:, None] * self.shape[1] + self.cols
        product = terms.ravel().sum_groups(place.ravel(), len(lead) * self.shape[1])
        return product.reshape((*np.shape(dense)[:-1], self.shape[1]))

"""The picture of the chapter: a row times a matrix, g_out [1 × M] · L^a [M × N] = g^a [1 × N]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..errors import ArgumentError
from ..kinds import is_sparse
from ..matrix import Array, Matrix, beside
from ..point import Point, differentiable


@dataclass(frozen=True)
class Product:
    """g · L^a = g^a, and where the blocks of L begin.

    Attributes:
        argument: a.
        shape: of the argument.
        g: |y| numbers.
        L: |y| × |a|, as the layer made it.
        row_cuts, column_cuts: the rows and columns before which a block begins (0 is not among them).
        column_names: what each block of columns belongs to: W[0], W[1], … or W, b; empty where there is one.
    """

    argument: str
    shape: tuple[int, ...]
    g: Array
    L: Matrix
    row_cuts: tuple[int, ...] = ()
    column_cuts: tuple[int, ...] = ()
    column_names: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The argument as it is written in formulas."""
        return "θ" if self.argument == "theta" else self.argument

    @cached_property
    def result(self) -> Array:
        """g · L, |a| numbers."""
        return self.g @ self.L

    @cached_property
    def stored(self) -> np.ndarray:
        """Which entries of L are stored, |y| × |a|; of a dense L all are."""
        if not is_sparse(self.L):
            return np.ones((self.L.shape[0], self.L.shape[1]), bool)
        there = np.zeros(self.L.shape, bool)
        coo = self.L.tocoo()
        there[coo.row, coo.col] = True
        return there

    @cached_property
    def dense(self) -> np.ndarray:
        """L as an ndarray, to be printed."""
        return self.L.toarray() if is_sparse(self.L) else np.asarray(self.L)

    @property
    def form(self) -> str:
        """'dense', or 'sparse, 6 of 18 entries stored'."""
        if not is_sparse(self.L):
            return "dense"
        return f"sparse, {self.L.nnz} of {self.L.shape[0] * self.L.shape[1]} entries stored"

    def __str__(self) -> str:
        """The picture in text."""
        from .colour import Pen
        from .page import heading
        from .text import product_lines

        return "\n".join([*heading(self), *product_lines(self, Pen())])

    def _repr_html_(self) -> str:
        """The picture, as a notebook shows it."""
        from .html import product_html
        from .html_matrix import STYLE

        return f'{STYLE}<div class="jac">{product_html(self)}</div>'

    def block_of_column(self, j: int) -> int:
        """The number of the block that column j is in."""
        return int(np.searchsorted(self.column_cuts, j, side="right"))


def products(point: Point, g: Array, arguments: Sequence[str] | None = None) -> list[Product]:
    """The product for each argument that has a Jacobian ("theta": all parameters side by side).

    Args:
        point: a map at given arguments.
        g: upstream gradient, |y| entries in any shape.
        arguments: which; by default every one.

    Raises:
        ArgumentError: g has another number of entries than y.
        UnknownName: an argument without a Jacobian.
    """
    y, row = point.forward(), np.reshape(g, -1)
    if row.size != np.size(y):
        raise ArgumentError(f"g has {row.size} entries, y has {np.size(y)}: write one number for each")
    wanted = differentiable(point.map) if arguments is None else arguments
    return [_product(point, row, np.shape(y), a) for a in wanted]


def product_at(point: Point, a: str) -> Product:
    """L^a of a point, with g = 0: where it is L alone that is looked at."""
    y = point.forward()
    return _product(point, np.zeros(np.size(y)), np.shape(y), a)


def _product(point: Point, g: Array, y_shape: tuple[int, ...], a: str) -> Product:
    rows = cuts(y_shape)
    if a == "theta" and point.map.theta:
        each = [point.L(p) for p in point.map.theta]
        columns = tuple(int(c) for c in np.cumsum([L.shape[1] for L in each])[:-1])
        return Product(a, (sum(L.shape[1] for L in each),), g, beside(*each), rows, columns, tuple(point.map.theta))
    L, shape = point.L(a), np.shape(point.values[a])
    columns = cuts(shape)
    names = tuple(f"{a}[{k}]" for k in range(len(columns) + 1)) if columns else ()
    return Product(a, shape, g, L, rows, columns, names)


def cuts(shape: tuple[int, ...]) -> tuple[int, ...]:
    """vec is row by row: a block is what belongs to one index of the first axis."""
    if len(shape) < 2 or shape[0] < 2 or 0 in shape:
        return ()
    step = int(np.prod(shape[1:]))
    return tuple(range(step, step * shape[0], step)) if step > 1 else ()

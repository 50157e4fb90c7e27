"""MatMul: y = A @ B.

The last two axes are a matrix, those before them a stack of matrices. Stacks broadcast as in NumPy: a matrix that is
read by several products is that many times in L, and its gradients add. A vector is a row on the left and a column on
the right.

    y[s, i, j]           = Σ A[s, i, k] B[s, k, j]      over k                                   (1)
    L^A[s i j, s i' k]   = B[s, k, j] if i = i', else 0;  L^A = I ⊗ Bᵀ for two matrices          (2)
    L^B[s i j, s k j']   = A[s, i, k] if j = j', else 0;  L^B = A ⊗ I for two matrices           (3)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..cut import Part, boxes
from ..keeping import kept
from ..layer import Layer
from ..matrix import Matrix, diag
from ..mistake import Mistake
from ..moving import numbered
from ..patterns import Pattern
from ..point import Point

Shape = tuple[int, ...]


class MatMul(Layer):
    def forward(self, A: Any, B: Any) -> Any:
        return A @ B  # (1)

    def L_A(self, A: Any, B: Any) -> Matrix:
        rows, columns = _matrices(A, B)
        return _by_places(_reads_A, np.swapaxes(columns, -1, -2)[..., None, :, :], rows, columns)  # (2)

    def L_B(self, A: Any, B: Any) -> Matrix:
        rows, columns = _matrices(A, B)
        return _by_places(_reads_B, rows[..., :, None, :], rows, columns)  # (3)

    def cut(self, rows: int, /, A: Any, B: Any) -> Iterator[Part]:
        if B.ndim == 2:
            for y in boxes((*A.shape[:-1], B.shape[1]), rows, A.ndim - 1):
                yield Part(y, {"A": y[:-1]})

    def mistakes(self, a: str, /, A: Any, B: Any) -> Iterator[Mistake]:
        rows, columns = _matrices(A, B)
        own, other = (rows, columns) if a == "A" else (columns, rows)
        reshaped = np.swapaxes(other.reshape(*other.shape[:-2], *other.shape[:-3:-1]), -1, -2)
        factors = {"A": rows, "B": columns} | {"B" if a == "A" else "A": reshaped}
        text = f"the other factor is reshaped, in place of transposed, before the product with g (∂y/∂{a})"
        yield Mistake("reshaped-not-transposed", text, self.L(a, **factors))
        stack = np.broadcast_shapes(rows.shape[:-2], columns.shape[:-2])
        which = np.broadcast_to(numbered(own.shape[:-2]), stack).ravel()  # which matrix of `own` each product reads
        if which.size > own[..., 0, 0].size:
            first = np.isin(np.arange(which.size), np.unique(which, return_index=True)[1])
            each = rows.shape[-2] * columns.shape[-1]
            text = "a matrix that broadcasting repeats gets the gradient of its first copy alone: sum over all copies"
            L = self.L(a, A=rows, B=columns)
            yield Mistake("broadcast-not-summed", text, diag(np.repeat(first, each).astype(float)) @ L)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, A: tuple[int, ...], B: tuple[int, ...], scale: float = 1.0) -> Point:
            return Point(cls(), {"A": rng.standard_normal(A) * scale, "B": rng.standard_normal(B)}, name)

        yield point("typical", (2, 1, 3, n), (2, n, 2))
        yield point("two matrices", (n, 3), (3, n - 1))
        yield point("one matrix for a stack", (2, 2, n), (n, 3))
        yield point("a stack of ones", (1, 3, 2), (2, 2, 4))
        yield point("a matrix times a vector", (3, n), (n,))
        yield point("a vector times a stack", (n,), (2, n, 3))
        yield point("one by one", (1, 1), (1, 1))
        yield point("of different scales", (2, 3), (3, 4), 1e6)
        whole = {"A": rng.integers(-2, 3, (3, n)).astype(float), "B": rng.integers(-2, 3, (n, 2)).astype(float)}
        yield Point(cls(), whole, "whole numbers")


def _matrices(A: Any, B: Any) -> tuple[Any, Any]:
    """Vectors as a row and a column."""
    return A.reshape(1, -1) if A.ndim == 1 else A, B.reshape(-1, 1) if B.ndim == 1 else B


def _by_places(reads: Callable[..., Pattern], values: Any, rows: Any, columns: Any) -> Matrix:
    """values[s, i, j, k] at row s i j and the place in the argument that is read there."""
    pattern = reads(rows.shape, columns.shape)
    if pattern.rows.size == pattern.shape[0] * pattern.shape[1]:
        return np.broadcast_to(values, pattern.form).reshape(pattern.shape)
    return pattern.fill(values)


@kept
def _reads_A(rows: Shape, columns: Shape) -> Pattern:
    return _reads(numbered(rows)[..., :, None, :], rows, columns)


@kept
def _reads_B(rows: Shape, columns: Shape) -> Pattern:
    return _reads(np.swapaxes(numbered(columns), -1, -2)[..., None, :, :], rows, columns)


def _reads(places: np.ndarray, rows: Shape, columns: Shape) -> Pattern:
    """Entry s i j of y reads places[s, i, j, k]."""
    stacked = np.broadcast_shapes(rows[:-2], columns[:-2])
    y = numbered((*stacked, rows[-2], columns[-1]))
    return Pattern(y[..., None], places, (y.size, places.size))

"""The few matrices that Jacobians are made of, dense or sparse: the one place where that is decided.

Numerator layout: |y| rows, |a| columns; vec is row by row (C order). A builder given ordinary numbers returns an
ndarray or a `scipy.sparse.csr_array`, and no third thing; given the numbers of another arithmetic (elements.py) it
returns an `Elements` or `Triplets` of the same entries.

    I(n)              the identity                                   sparse
    diag(v)           v on the diagonal                              sparse
    kron(A, x)        A ⊗ xᵀ: every entry of A times the row x       as A
    outer(u, v)       u vᵀ                                           dense
    entries(…)        given entries at given places                  sparse
    compact(A)        A without stored zeros                         as A
    stack(A, B, …)    one above the other                            sparse if one is
    beside(A, B, …)   side by side                                   sparse if one is
    blocks(A, B, …)   along the diagonal                             sparse
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from scipy import sparse

from .elements import Elements
from .memory import require
from .patterns import Pattern, csr, every_place, index_type, kept, room_for
from .row_times import row_times
from .triplets import Triplets

Array = Any  # an ndarray; inside the verdict also an Elements
Matrix = Any  # np.ndarray | scipy.sparse.csr_array; inside the verdict also Elements | Triplets
Form = Literal["dense", "sparse", "natural"]


def I(n: int) -> sparse.csr_array:
    """The n × n identity. Its ones are int8, the smallest type, so that products keep the other factor's type."""
    k = np.arange(n + 1, dtype=index_type(n))
    return csr(np.ones(n, np.int8), k[:n].copy(), k, (n, n))  # a copy: eliminate_zeros writes into both


def diag(v: Array) -> Matrix:
    """vec(v) on the diagonal, all else zero."""
    v = v.ravel() if isinstance(v, Elements) else np.ravel(v)
    n = v.size
    k = np.arange(n + 1, dtype=index_type(n))
    if isinstance(v, Elements):
        return Triplets(k[:n], k[:n], v, (n, n))
    return csr(v, k[:n].copy(), k, (n, n))


def kron(A: Matrix, x: Array) -> Matrix:
    """A ⊗ xᵀ: entry (i, j) of A becomes the row A[i, j] · vec(x), in columns j·|x| to (j+1)·|x| − 1."""
    x = x.ravel() if isinstance(x, Elements) else np.ravel(x)
    shape = (A.shape[0], A.shape[1] * x.size)
    if not sparse.issparse(A) and not isinstance(A, Triplets):
        require(shape, shape[0] * shape[1] * 8, "dense", "give kron a sparse A")
        return (A[:, :, None] * x).reshape(shape)
    room_for((len(A.rows) if isinstance(A, Triplets) else A.nnz) * x.size, shape)
    if not isinstance(A, Triplets) and _on_the_diagonal(A):
        values = A.data[:, None] * x if A.dtype != np.int8 else x.reshape(1, -1)  # I: its ones need no product
        return _krons(A.shape[0], x.size).fill(np.broadcast_to(values, (A.shape[0], x.size)))
    rows, cols, values = triplets(A)
    places = cols.astype(np.int64)[:, None] * x.size + np.arange(x.size)
    return entries(np.repeat(rows, x.size).reshape(places.shape), places, values[:, None] * x, shape)


def _on_the_diagonal(A: Any) -> bool:
    """Whether A stores its diagonal, and that alone."""
    n = A.shape[0]
    return A.nnz == n == A.shape[1] and bool((A.indices == np.arange(n)).all() and (A.indptr == np.arange(n + 1)).all())


@kept
def _krons(m: int, n: int) -> Pattern:
    """The places of I(m) ⊗ xᵀ, x of n entries."""
    return Pattern(np.arange(m)[:, None], np.arange(m * n).reshape(m, n), (m, m * n))


def outer(u: Array, v: Array) -> Matrix:
    """u vᵀ, of |u| rows and |v| columns."""
    shape = (int(np.size(u)), int(np.size(v)))
    require(shape, shape[0] * shape[1] * 8, "dense", "take a smaller point")
    return u.reshape(-1, 1) * v.reshape(1, -1)


def entries(rows: Array, cols: Array, values: Array, shape: tuple[int, int]) -> Matrix:
    """The sparse matrix with values[k] at (rows[k], cols[k]); entries at one place are summed.

    Where the places follow from shapes and settings alone, a Pattern that is kept (patterns.py) is filled faster.
    """
    room_for(np.size(rows), shape)
    rows, cols = np.ravel(rows), np.ravel(cols)
    if isinstance(values, Elements):
        return Triplets(rows, cols, values.ravel(), shape)
    values = np.broadcast_to(values, rows.shape) if np.ndim(values) == 0 else np.ravel(values)
    return sparse.coo_array((values, (rows, cols)), shape=shape).tocsr()


def compact(L: Matrix) -> Matrix:
    """L without the entries that it stores and that are 0: a choice (of a maximum) was made, and not for them."""
    if sparse.issparse(L):
        L.eliminate_zeros()
    elif isinstance(L, Triplets):
        L.compact = True  # where it holds plain numbers of several examples, they are dropped once it is a csr_array
    return L


def triplets(A: Matrix) -> tuple[np.ndarray, np.ndarray, Array]:
    """Rows, columns and values of every stored entry (of a dense matrix: every entry)."""
    if isinstance(A, Triplets):
        return A.rows, A.cols, A.values
    if sparse.issparse(A):
        A = A.tocoo()
        return A.row, A.col, A.data
    rows, cols = np.indices(A.shape)
    return rows.ravel(), cols.ravel(), A.ravel()


def stack(*parts: Matrix) -> Matrix:
    """The parts one above the other."""
    return _join(parts, (1, 0))


def beside(*parts: Matrix) -> Matrix:
    """The parts side by side."""
    return _join(parts, (0, 1))


def blocks(*parts: Matrix) -> Matrix:
    """The parts along the diagonal, zero elsewhere."""
    return _join(parts, (1, 1))


def _join(parts: tuple[Matrix, ...], step: tuple[int, int]) -> Matrix:
    """Lay the parts out, each moved on by the rows (step[0]) and columns (step[1]) of those before it."""
    if step != (1, 1) and not any(sparse.issparse(A) or isinstance(A, Triplets) for A in parts):
        return np.concatenate(parts, axis=step[1])
    if not any(isinstance(A, Elements | Triplets) for A in parts):
        found = [A if isinstance(A, sparse.csr_array) else _stored(A) for A in parts]
        return sparse.csr_array(sparse.hstack(found, format="csr")) if step == (0, 1) else _below(found, step[1])
    found = [triplets(A) for A in parts]
    offsets = np.cumsum([(0, 0), *(A.shape for A in parts)], axis=0)
    rows = np.concatenate([r + at[0] * step[0] for (r, _, _), at in zip(found, offsets, strict=False)])
    cols = np.concatenate([c + at[1] * step[1] for (_, c, _), at in zip(found, offsets, strict=False)])
    shape = tuple(offsets[-1][k] if step[k] else parts[0].shape[k] for k in (0, 1))
    return entries(rows, cols, np.concatenate([v for _, _, v in found]), (int(shape[0]), int(shape[1])))


def _stored(A: Matrix) -> Any:
    """A dense matrix as a sparse one; every entry is stored, as its layer made it."""
    return every_place(*A.shape).fill(A) if isinstance(A, np.ndarray) else sparse.csr_array(A)


def _below(parts: list[Any], step: int) -> sparse.csr_array:
    """Sparse matrices one below the other, each moved to the right of those before it where `step` is 1."""
    widths, nnz = np.cumsum([0, *(A.shape[1] for A in parts)]), np.cumsum([0, *(A.nnz for A in parts)])
    shape = (sum(A.shape[0] for A in parts), int(widths[-1]) if step else parts[0].shape[1])
    index = index_type(int(nnz[-1]), *shape)
    indices = [A.indices.astype(index) + index(at * step) for A, at in zip(parts, widths, strict=False)]
    starts = [A.indptr[1:].astype(index) + index(at) for A, at in zip(parts, nnz, strict=False)]
    zero = np.zeros(1, index)
    data = np.concatenate([A.data for A in parts])
    return sparse.csr_array((data, np.concatenate(indices), np.concatenate([zero, *starts])), shape=shape)


def in_form(A: Matrix, form: Form) -> Matrix:
    """A as an ndarray ("dense"), a csr_array ("sparse"), or as its layer made it ("natural")."""
    if form == "dense" and (sparse.issparse(A) or isinstance(A, Triplets)):
        instead = 'ask for form="sparse" (or the natural form) instead'
        require(A.shape, A.shape[0] * A.shape[1] * 8, "dense", instead)
        return A.toarray()
    if form == "sparse" and not sparse.issparse(A):
        return sparse.csr_array(A)
    return A


def multiply(g: Matrix, L: Matrix) -> Matrix:
    """g · L, the one product of the chain rule."""
    if sparse.issparse(g) and isinstance(L, Elements | Triplets):
        g = g.toarray()
    if isinstance(g, Elements) and sparse.issparse(L):
        rows, cols, values = triplets(L)
        L = Triplets(rows, cols, g.lift(values), (L.shape[0], L.shape[1]))
    if sparse.issparse(L) and isinstance(g, np.ndarray) and g.shape in ((L.shape[0],), (1, L.shape[0])):
        return row_times(g.reshape(-1), L).reshape(*g.shape[:-1], L.shape[1])
    if isinstance(g, np.ndarray) and isinstance(L, np.ndarray) and L.shape[0] == 1 == g.shape[-1]:
        return g * L[0]  # a loss: BLAS takes five times as long for a matrix of one row
    return g @ L


def multiplications(g: Matrix, L: Matrix) -> int:
    """How many multiplications of two numbers g · L takes: each stored entry of L meets one of each row of g."""
    if sparse.issparse(g):
        per_column = np.bincount(g.tocsr().indices, minlength=g.shape[1])
        L = sparse.csr_array(L) if not sparse.issparse(L) else L
        return int(per_column @ np.diff(L.indptr))
    stored = L.nnz if sparse.issparse(L) else L.size
    return (g.shape[0] if g.ndim == 2 else 1) * int(stored)

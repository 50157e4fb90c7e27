"""The few matrices that Jacobians are made of, dense or sparse: the one place where that is decided.

Numerator layout: |y| rows, |a| columns; vec is row by row (C order). A builder given ordinary numbers returns an
ndarray or a `scipy.sparse.csr_array`, and no third thing; given the numbers of another arithmetic (elements.py) it
returns an `Elements` or `Triplets` of the same entries.

    I(n)              the identity                                   sparse
    diag(v)           v on the diagonal                              sparse
    diags(u, v, …)    diagonals side by side                         sparse
    apart(A)          row i of A in columns of its own               sparse
    kron(A, x)        A ⊗ xᵀ: every entry of A times the row x       as A
    outer(u, v)       u vᵀ                                           dense
    entries(…)        given entries at given places                  sparse
    picks(j, n)       a 1 at j[i] in row i                           sparse
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
from .errors import ArgumentError
from .keeping import kept
from .kinds import is_array, is_csr, is_sparse
from .memory import require
from .patterns import Pattern, csr, every_place, index_type, room_for
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
    return _diagonals(1, np.size(v)).fill(v)


def diags(*vectors: Array) -> Matrix:
    """diag(u), diag(v), … side by side."""
    return _diagonals(len(vectors), np.size(vectors[0])).fill(np.stack(vectors, axis=-1))


@kept
def _diagonals(k: int, n: int) -> Pattern:
    """The places of k diagonal matrices side by side."""
    return Pattern(np.arange(n)[:, None], np.arange(n)[:, None] + n * np.arange(k), (n, k * n))


def apart(A: Array) -> Matrix:
    """Row i of A in row i, each to the right of those before it: I ⊗ xᵀ, with an x of its own for each row."""
    return _krons(*A.shape).fill(A)


def kron(A: Matrix, x: Array) -> Matrix:
    """A ⊗ xᵀ: entry (i, j) of A becomes the row A[i, j] · vec(x), in columns j·|x| to (j+1)·|x| − 1."""
    x = x.ravel() if isinstance(x, Elements) else np.ravel(x)
    shape = (A.shape[0], A.shape[1] * x.size)
    if not is_sparse(A) and not isinstance(A, Triplets):
        require(shape, shape[0] * shape[1] * 8, "dense", "give kron a sparse A")
        return (A[:, :, None] * x).reshape(shape)
    room_for((len(A.rows) if isinstance(A, Triplets) else A.nnz) * x.size, shape)
    if isinstance(A, Triplets):
        return _kron(A.pattern or Pattern(A.rows, A.cols, A.shape), x.size).fill(A.values[:, None] * x)
    if _is_identity(A):
        return _krons(A.shape[0], x.size).fill(np.broadcast_to(x, (A.shape[0], x.size)))
    if isinstance(x, Elements):
        rows, cols, values = triplets(A)
        return kron(Triplets(rows, cols, x.lift(values), (A.shape[0], A.shape[1])), x)
    A.sum_duplicates()
    index = index_type(A.nnz * x.size, *shape)
    cols = np.add.outer(A.indices.astype(index) * index(x.size), np.arange(x.size, dtype=index))
    starts = A.indptr.astype(index) * index(x.size)
    return csr((A.data[:, None] * x).reshape(-1), cols.reshape(-1), starts, shape)


def _is_identity(A: Any) -> bool:
    """Whether A, a csr_array, is what `I` makes: int8 ones on its diagonal, and those alone."""
    n = A.shape[0]
    stored = A.dtype == np.int8 and A.nnz == n == A.shape[1] and A.has_canonical_format
    return bool(stored and (A.data == 1).all() and np.array_equal(A.indices, np.arange(int(n))))


@kept
def _krons(m: int, n: int) -> Pattern:
    """The places of I(m) ⊗ xᵀ, x of n entries."""
    return Pattern(np.arange(m)[:, None], np.arange(m * n).reshape(m, n), (m, m * n))


@kept
def _kron(A: Pattern, n: int) -> Pattern:
    """The places of A ⊗ xᵀ, x of n entries."""
    cols = A.cols.astype(np.int64)[:, None] * n + np.arange(n)
    return Pattern(A.rows[:, None], cols, (A.shape[0], A.shape[1] * n))


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


def picks(places: np.ndarray, n: int, values: Any = 1.0) -> Matrix:
    """Row i has values[i] at places[i] of n columns, where the places are an argument's: no pattern to be kept."""
    cols = np.ravel(places)
    values = np.broadcast_to(values, cols.shape)
    if isinstance(cols, Elements) or isinstance(values, Elements):
        return Triplets(np.arange(cols.size), cols, values, (cols.size, n))
    index = index_type(cols.size, n)
    return csr(values.copy(), cols.astype(index), np.arange(cols.size + 1, dtype=index), (cols.size, n))


def compact(L: Matrix) -> Matrix:
    """L without the entries that it stores and that are 0: a choice (of a maximum) was made, and not for them."""
    if is_sparse(L):
        L.eliminate_zeros()
    elif isinstance(L, Triplets):
        L.compact = True  # where it holds plain numbers of several examples, they are dropped once it is a csr_array
    return L


def triplets(A: Matrix) -> tuple[np.ndarray, np.ndarray, Array]:
    """Rows, columns and values of every stored entry (of a dense matrix: every entry)."""
    if isinstance(A, Triplets):
        return A.rows, A.cols, A.values
    if is_sparse(A):
        A = A.tocoo()
        return A.row, A.col, A.data
    rows, cols = np.indices((int(A.shape[0]), int(A.shape[1])))
    return rows.ravel(), cols.ravel(), A.ravel()


def stack(*parts: Matrix) -> Matrix:
    """The parts one above the other."""
    return _join(parts, (1, 0))


def beside(*parts: Matrix) -> Matrix:
    """The parts side by side."""
    return _join(parts, (0, 1))


def together(*parts: Matrix) -> Matrix:
    """The parts side by side, dense where most of their entries are stored: a sparse one takes half as much again."""
    if all(is_array(A) or is_sparse(A) for A in parts):
        stored = sum(A.size if is_array(A) else A.nnz for A in parts)
        if 3 * stored > 2 * sum(A.shape[0] * A.shape[1] for A in parts):
            return np.concatenate([in_form(A, "dense") for A in parts], axis=1)
    return beside(*parts)


def blocks(*parts: Matrix) -> Matrix:
    """The parts along the diagonal, zero elsewhere."""
    return _join(parts, (1, 1))


def values_of(A: Matrix) -> Any:
    """The entries that are stored of an ndarray or a sparse matrix."""
    return A.data if is_sparse(A) else A


def repeated(A: Matrix, n: int, stacked: bool) -> Matrix:
    """n times A, one above the other or along the diagonal."""
    if is_array(A):
        data = np.tile(A, (n, 1))
        return data if stacked else every_place(*A.shape).repeated(n, stacked).fill(data)
    if not is_sparse(A):
        return stack(*[A] * n) if stacked else blocks(*[A] * n)
    shape = (n * A.shape[0], A.shape[1] if stacked else n * A.shape[1])
    room_for(n * A.nnz, shape)
    index = index_type(n * A.nnz, *shape)
    k = np.arange(n, dtype=index)[:, None]
    indices = A.indices.astype(index, copy=False) + k * index(0 if stacked else A.shape[1])
    starts = np.full(n * A.shape[0] + 1, n * A.nnz, index)
    np.add(A.indptr[:-1], k * index(A.nnz), out=starts[:-1].reshape(n, -1))
    made = csr(np.broadcast_to(A.data, (n, A.nnz)).reshape(-1), indices.reshape(-1), starts, shape)
    made.has_canonical_format = A.has_canonical_format
    return made


def _join(parts: tuple[Matrix, ...], step: tuple[int, int]) -> Matrix:
    """Lay the parts out, each moved on by the rows (step[0]) and columns (step[1]) of those before it."""
    if step != (1, 1):
        along, sizes = ("columns", "rows")[step[1]], [int(A.shape[step[0]]) for A in parts]
        if len(set(sizes)) > 1:
            how = "one above the other" if step[0] else "side by side"
            raise ArgumentError(f"matrices {how} need the same number of {along}, and these have {sizes}")
    if step != (1, 1) and not any(is_sparse(A) or isinstance(A, Triplets) for A in parts):
        return np.concatenate(parts, axis=step[1])
    if not any(isinstance(A, Elements | Triplets) for A in parts):
        found: list[Any] = [A if is_csr(A) else _stored(A) for A in parts]
        return _beside(found) if step == (0, 1) else _below(found, step[1])
    if len(parts) == 1:  # nothing to move; and its pattern stays known
        return every_place(*parts[0].shape).fill(parts[0]) if isinstance(parts[0], Elements) else parts[0]
    listed = [triplets(A) for A in parts]
    offsets = np.cumsum([(0, 0), *(A.shape for A in parts)], axis=0)
    rows = np.concatenate([r + at[0] * step[0] for (r, _, _), at in zip(listed, offsets, strict=False)])
    cols = np.concatenate([c + at[1] * step[1] for (_, c, _), at in zip(listed, offsets, strict=False)])
    shape = tuple(offsets[-1][k] if step[k] else parts[0].shape[k] for k in (0, 1))
    return entries(rows, cols, np.concatenate([v for _, _, v in listed]), (int(shape[0]), int(shape[1])))


def _stored(A: Matrix) -> Any:
    """A dense matrix as a sparse one; every entry is stored, as its layer made it."""
    return every_place(*A.shape).fill(A) if is_array(A) else sparse.csr_array(A)


def _beside(parts: list[Any]) -> sparse.csr_array:
    """Sparse matrices side by side: each row holds the first one's entries, then the next one's."""
    shape = (parts[0].shape[0], sum(A.shape[1] for A in parts))
    index = index_type(sum(A.nnz for A in parts), *shape)
    starts: Any = np.sum([A.indptr for A in parts], axis=0, dtype=index)
    data = np.empty(int(starts[-1]), np.result_type(*(A.dtype for A in parts)))
    indices, free, right = np.empty(data.size, index), starts[:-1], 0
    for A in parts:
        counts = np.diff(A.indptr)
        at = np.repeat(free - A.indptr[:-1], counts) + np.arange(A.nnz, dtype=index)
        data[at], indices[at] = A.data, A.indices + index(right)
        free, right = free + counts, right + A.shape[1]
    return sparse.csr_array((data, indices, starts), shape=shape)


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
    if form == "dense" and (is_sparse(A) or isinstance(A, Triplets)):
        instead = 'ask for form="sparse" (or the natural form) instead'
        require(A.shape, A.shape[0] * A.shape[1] * 8, "dense", instead)
        return A.toarray()
    if form == "sparse" and not is_sparse(A):
        return sparse.csr_array(A)
    return A


def in_type(L: Matrix, dtype: Any) -> Matrix:
    """L, an ndarray or csr_array just made, with entries of this type."""
    if L.dtype == dtype:
        return L
    if not is_csr(L):
        return L.astype(dtype)
    made = sparse.csr_array((L.data.astype(dtype), L.indices, L.indptr), shape=L.shape)
    made.has_canonical_format = L.has_canonical_format
    return made


def multiply(g: Any, L: Any) -> Matrix:
    """g · L, the one product of the chain rule; both a Matrix, or g a row of numbers."""
    if is_sparse(g) and isinstance(L, Elements | Triplets):
        g = g.toarray()
    if isinstance(g, Elements) and is_sparse(L):
        rows, cols, values = triplets(L)
        L = Triplets(rows, cols, g.lift(values), (L.shape[0], L.shape[1]))
    if is_sparse(L) and is_array(g) and g.shape in ((L.shape[0],), (1, L.shape[0])):
        return row_times(g.reshape(-1), L).reshape(*g.shape[:-1], L.shape[1])
    if is_csr(g) and _is_identity(g):
        return L  # g = I, with which the Jacobian of a whole network begins
    if is_sparse(L) and is_array(g) and g.ndim == 2 and _once_a_column(L):
        return _spread(g, L)
    if is_array(g) and is_array(L) and L.shape[0] == 1 == g.shape[-1]:
        return g * L[0]  # a loss: BLAS takes five times as long for a matrix of one row
    return g @ L


def _once_a_column(L: Any) -> bool:
    """Whether each column of L has one entry, row after row: a diagonal, or I ⊗ xᵀ."""
    n = L.shape[1]
    return L.format == "csr" and L.nnz == n > 0 and L.indices[0] == 0 and np.array_equal(L.indices, np.arange(int(n)))


def _spread(g: np.ndarray, L: Any) -> np.ndarray:
    """g · L for such an L: nothing is added up, and each column of g is spread over the columns of its row of L."""
    each = np.diff(L.indptr)
    if (each == each[0]).all():
        return (g[:, :, None] * L.data.reshape(len(each), -1)).reshape(len(g), -1)
    return np.repeat(g, each, axis=1) * L.data


def multiplications(g: Matrix, L: Matrix) -> int:
    """How many multiplications of two numbers g · L takes: each stored entry of L meets one of each row of g."""
    if is_sparse(g):
        per_column = np.bincount(g.tocsr().indices, minlength=g.shape[1])
        L = sparse.csr_array(L) if not is_sparse(L) else L
        return int(per_column @ np.diff(L.indptr))
    stored = L.nnz if is_sparse(L) else L.size
    return (g.shape[0] if g.ndim == 2 else 1) * int(stored)

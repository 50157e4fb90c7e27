"""The builders against NumPy's and SciPy's own, written out by hand where small, and in fifty digits entry by entry."""

import tracemalloc

import numpy as np
import pytest
from scipy import sparse

from jacobians import memory
from jacobians.errors import TooLarge
from jacobians.layers import Linear
from jacobians.matrix import (
    I,
    beside,
    blocks,
    diag,
    entries,
    in_form,
    kron,
    multiplications,
    multiply,
    outer,
    stack,
    together,
    triplets,
)
from jacobians.point import Point

from .fifty_digits import Fifty, lift, numbers

A = np.array([[1.0, 2.0, 0.0], [0.0, -3.0, 4.0]])
u = np.array([10.0, 20.0])

dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int8])


def csr(M) -> sparse.csr_array:
    assert type(M) is sparse.csr_array
    assert M.has_canonical_format
    return M


# -- written out by hand ----------------------------------------------------------------------------------------------


def test_identity():
    np.testing.assert_array_equal(csr(I(3)).toarray(), [[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    assert I(3).dtype == np.int8
    assert I(0).shape == (0, 0)


def test_diag_takes_vec_row_by_row():
    wanted = np.diag([1.0, 2, 0, 0, -3, 4])
    np.testing.assert_array_equal(csr(diag(A)).toarray(), wanted)
    assert diag(A).nnz == 6, "a zero on the diagonal is stored: the pattern is that of the shape"


def test_kron():
    wanted = [[10, 20, 20, 40, 0, 0], [0, 0, -30, -60, 40, 80]]
    dense = kron(A, u)
    assert type(dense) is np.ndarray
    np.testing.assert_array_equal(dense, wanted)
    np.testing.assert_array_equal(csr(kron(sparse.csr_array(A), u)).toarray(), wanted)


def test_kron_of_the_identity_is_L_W_of_a_linear_layer():
    np.testing.assert_array_equal(csr(kron(I(2), u)).toarray(), [[10, 20, 0, 0], [0, 0, 10, 20]])


def test_outer():
    M = outer(u, np.array([[1.0, 2.0, 3.0]]))
    assert type(M) is np.ndarray
    np.testing.assert_array_equal(M, [[10, 20, 30], [20, 40, 60]])


def test_entries_at_one_place_are_summed():
    M = entries([0, 1, 0], [2, 0, 2], np.array([5.0, 6.0, 7.0]), (2, 3))
    np.testing.assert_array_equal(csr(M).toarray(), [[0, 0, 12], [6, 0, 0]])
    assert M.nnz == 2


def test_entries_of_one_value_and_of_arrays():
    np.testing.assert_array_equal(
        entries([[0, 1], [2, 0]], [[0, 0], [1, 1]], 3.0, (3, 2)).toarray(), [[3, 3], [3, 0], [0, 3]]
    )
    assert entries([], [], np.zeros(0), (4, 3)).nnz == 0


def test_stack_beside_blocks():
    B = np.array([[5.0], [6.0]])
    np.testing.assert_array_equal(beside(A, B), [[1, 2, 0, 5], [0, -3, 4, 6]])
    np.testing.assert_array_equal(stack(A, u[None, [0, 1, 1]]), [[1, 2, 0], [0, -3, 4], [10, 20, 20]])
    wanted = [[1, 2, 0, 0], [0, -3, 4, 0], [0, 0, 0, 5], [0, 0, 0, 6]]
    np.testing.assert_array_equal(csr(blocks(A, B)).toarray(), wanted)


def test_the_result_is_sparse_if_a_part_is():
    assert type(stack(A, A)) is np.ndarray
    assert type(beside(A, A)) is np.ndarray
    np.testing.assert_array_equal(csr(stack(A, I(3))).toarray(), np.vstack([A, np.eye(3)]))
    np.testing.assert_array_equal(csr(beside(I(2), A, A)).toarray(), np.hstack([np.eye(2), A, A]))


# -- against NumPy and SciPy ------------------------------------------------------------------------------------------


@dtypes
def test_builders_agree_with_numpy_and_scipy(dtype, rng):
    for rows, cols, n in ((3, 2, 4), (1, 5, 3), (4, 1, 1), (2, 3, 0)):
        M = rng.integers(-5, 6, (rows, cols)).astype(dtype)
        x, v = rng.integers(-5, 6, n).astype(dtype), rng.integers(-5, 6, rows).astype(dtype)
        pairs = [
            (kron(M, x), np.kron(M, x)),
            (kron(sparse.csr_array(M), x), np.kron(M, x)),
            (diag(x), np.diag(x)),
            (outer(v, x), np.outer(v, x)),
            (blocks(M, x[None], M), sparse.block_diag([sparse.csr_array(A) for A in (M, x[None], M)]).toarray()),
            (stack(M, sparse.csr_array(M)), np.vstack([M, M])),
            (beside(M, v[:, None]), np.hstack([M, v[:, None]])),
        ]
        for got, wanted in pairs:
            dense = in_form(got, "dense")
            np.testing.assert_array_equal(dense, wanted)
            assert dense.dtype == dtype
            assert dense.shape == wanted.shape


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_identity_keeps_the_type_of_the_other_factor(dtype):
    x = np.arange(3, dtype=dtype)
    assert kron(I(2), x).dtype == (x @ I(3)).dtype == (I(3) @ diag(x)).dtype == dtype


def test_a_matrix_may_be_changed_in_place():
    """The parts of a csr_array are its own: dropping its zeros must not disturb it, nor the array it was made from."""
    v = np.array([0.0, 1.0, 2.0, 0.0, 5.0])
    for M, wanted in ((diag(v), np.diag(v)), (I(4), np.eye(4)), (kron(I(2), v), np.kron(np.eye(2), v))):
        assert M.indices.base is None or not np.shares_memory(M.indices, M.indptr)
        M.eliminate_zeros()
        M.sort_indices()
        np.testing.assert_array_equal(M.toarray(), wanted)


def test_triplets_are_all_entries():
    for M in (A, sparse.csr_array(A), lift(A), diag(lift(A))):
        rows, cols, values = triplets(M)
        wanted = np.diag(A.ravel()) if M.shape == (6, 6) else A
        built = np.zeros(wanted.shape)
        built[rows, cols] = numbers(values).astype(float)
        np.testing.assert_array_equal(built, wanted)


def test_forms():
    for M in (A, sparse.csr_array(A)):
        assert type(in_form(M, "dense")) is np.ndarray
        np.testing.assert_array_equal(csr(in_form(M, "sparse")).toarray(), A)
        assert in_form(M, "natural") is M


def test_multiply_and_its_count(rng):
    G = rng.standard_normal((4, 2))
    M = sparse.csr_array(A)  # 4 stored entries
    for g in (G, G[0], sparse.csr_array(G)):
        dense_g = g.toarray() if sparse.issparse(g) else g
        for L in (A, M):
            product = multiply(g, L)
            np.testing.assert_allclose(product.toarray() if sparse.issparse(product) else product, dense_g @ A)
    assert multiplications(G[0], A) == 6
    assert multiplications(G, A) == 24
    assert multiplications(G, M) == 16
    assert multiplications(I(2), M) == 4
    assert multiplications(sparse.csr_array([[0.0, 1.0], [0.0, 1.0]]), M) == 4, "row 1 of M has two entries, met twice"


# -- other numbers ----------------------------------------------------------------------------------------------------


def test_builders_in_fifty_digits_are_the_same_matrices(rng):
    M, x, y = rng.standard_normal((2, 3)), rng.standard_normal(4), rng.standard_normal(2)
    S = sparse.csr_array(np.where(M > 0, M, 0))
    pairs = [
        (diag(lift(M)), diag(M)),
        (kron(lift(M), x), kron(M, x)),
        (kron(M, lift(x)), kron(M, x)),
        (kron(S, lift(x)), kron(S, x)),
        (kron(diag(lift(y)), lift(x)), kron(diag(y), x)),
        (outer(lift(y), lift(x)), outer(y, x)),
        (entries([0, 1, 0], [2, 0, 2], lift(x[:3]), (2, 3)), entries([0, 1, 0], [2, 0, 2], x[:3], (2, 3))),
        (stack(diag(lift(y)), I(2)), stack(diag(y), I(2))),
        (beside(lift(M), I(2)), beside(M, I(2))),
        (blocks(lift(M), diag(lift(y)), S), blocks(M, diag(y), S)),
    ]
    for got, wanted in pairs:
        assert got.shape == wanted.shape
        wanted = in_form(wanted, "dense")
        np.testing.assert_allclose(numbers(got).astype(float), wanted, rtol=1e-15)
        assert isinstance(numbers(got).flat[0], type(lift(1.0).parts[0].item())) or not wanted.flat[0]


def test_operations_on_triplets(rng):
    """A sparse matrix of other numbers computes as a dense one does."""
    v, w, M = rng.standard_normal(3), rng.standard_normal(3), rng.standard_normal((3, 3))
    T, U, F = diag(lift(v)), entries([0, 0, 2], [1, 1, 0], lift(w), (3, 3)), lift(M)
    d, e = np.diag(v), np.zeros((3, 3))
    e[0, 1], e[2, 0] = w[0] + w[1], w[2]
    pairs = [
        (-T, -d),
        (T + U, d + e),
        (T - U, d - e),
        (T + M, d + M),
        (M - T, M - d),
        (T + F, d + M),
        (F - T, M - d),
        (2.0 * T, 2 * d),
        (T * 0.5, d / 2),
        (T / 4.0, d / 4),
        (T * M, d * M),
        (T.T @ U, d @ e),
        (U.T, e.T),
        (T @ M, d @ M),
        (M @ U, M @ e),
        (F @ U, M @ e),
        (U @ F, e @ M),
        (U.sum_duplicates(), e),
        (M[0] @ U, M[0] @ e),
    ]
    for k, (got, wanted) in enumerate(pairs):
        np.testing.assert_allclose(numbers(got).astype(float), wanted, rtol=1e-13, atol=1e-16, err_msg=str(k))
    assert len(U.sum_duplicates().rows) == 2


def test_products_of_mixed_arithmetic(rng):
    M, v = rng.standard_normal((2, 3)), rng.standard_normal(3)
    for g in (M, sparse.csr_array(M), lift(M)):
        for L, wanted in ((diag(lift(v)), np.diag(v)), (lift(M.T), M.T), (diag(v), np.diag(v)), (I(3), np.eye(3))):
            product = multiply(g, L)
            np.testing.assert_allclose(numbers(product).astype(float), M @ wanted, rtol=1e-13, atol=1e-15)
            assert isinstance(product, Fifty) == (
                isinstance(g, Fifty) or not isinstance(L, np.ndarray | sparse.csr_array)
            )


# -- memory -----------------------------------------------------------------------------------------------------------


def peak(function) -> int:
    """The most bytes that were allocated at once while `function` ran into TooLarge, and what it said."""
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge) as caught:
            function()
        return tracemalloc.get_traced_memory()[1], str(caught.value)
    finally:
        tracemalloc.stop()


def test_too_large_is_refused_before_it_is_allocated():
    x, y = np.zeros(1000), np.zeros(900)
    refused = {
        "dense outer": (lambda: outer(y, x), "a dense Jacobian of 900 × 1000 takes 7.2 MB", "take a smaller point"),
        "dense kron": (lambda: kron(np.zeros((2, 500)), x), "2 × 500000 takes 8 MB", "give kron a sparse A"),
        "sparse kron": (
            lambda: kron(I(900), x),
            "a sparse Jacobian of 900 × 900000 takes 10.8 MB",
            "take a smaller point",
        ),
        "dense form": (lambda: in_form(I(1000), "dense"), "1000 × 1000 takes 8 MB", 'ask for form="sparse"'),
        "entries": (
            lambda: entries(np.broadcast_to(0, 900_000), np.broadcast_to(0, 900_000), 1.0, (1, 1)),
            "a sparse Jacobian of 1 × 1 takes 10.8 MB",
            "fewer examples at a time",
        ),
    }
    for name, (build, said, mend) in refused.items():
        with memory.limit(5_000_000):
            most, text = peak(build)
        assert said in text, name
        assert "there is room for 5 MB: " in text
        assert mend in text
        assert most < 1_000_000, f"{name} allocated {most} bytes before it refused"


def test_the_dense_L_of_a_large_linear_layer():
    zeros = np.broadcast_to(0.0, (4096, 4096))
    point = Point(Linear(), {"x": zeros[0], "W": zeros, "b": zeros[0]})
    with memory.limit(1_000_000_000):
        assert point.L("W").shape == (4096, 4096**2)
        with pytest.raises(TooLarge) as caught:
            point.L("W", "dense")
    assert str(caught.value) == (
        'a dense Jacobian of 4096 × 16777216 takes 550 GB, and there is room for 1 GB: ask for form="sparse" (or the '
        "natural form) instead"
    )
    assert isinstance(caught.value, MemoryError)


def test_without_a_limit_the_system_is_asked():
    with pytest.raises(TooLarge, match="takes 8e\\+04 TB, and there is room for .*: take less"):
        memory.require((10**8, 10**8), 8 * 10**16, "dense", "take less")
    assert 2**20 < memory.available() < 2**60


def test_a_limit_holds_within_its_block_only():
    with memory.limit(10):
        with memory.limit(100):
            memory.require((3, 4), 96, "dense", "…")
        with pytest.raises(TooLarge):
            memory.require((3, 4), 96, "dense", "…")
    memory.require((3, 4), 96, "dense", "…")


@pytest.mark.parametrize(
    ("size", "said"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (68_719_476_736, "68.7 GB"), (8e16, "8e+04 TB")],
)
def test_amounts_as_a_person_writes_them(size, said):
    assert memory.amount(size) == said


@pytest.mark.parametrize("L", [diag(np.arange(1.0, 5.0)), kron(I(4), np.array([2.0, -1.0, 3.0])), I(4)])
def test_a_product_in_which_nothing_is_added_up(L, rng):
    """Columns of one entry each: the columns of g, spread and scaled."""
    G = rng.standard_normal((3, 4))
    np.testing.assert_array_equal(multiply(G, L), G @ L.toarray())


def test_rows_of_different_lengths_are_spread_as_well(rng):
    L = entries([0, 0, 1, 3], [0, 1, 2, 3], rng.standard_normal(4), (4, 4))
    G = rng.standard_normal((3, 4))
    np.testing.assert_array_equal(multiply(G, L), G @ L.toarray())


def test_columns_in_another_order_are_not_spread(rng):
    L = entries([0, 1, 2], [2, 0, 1], rng.standard_normal(3), (3, 3))
    G = rng.standard_normal((2, 3))
    np.testing.assert_array_equal(multiply(G, L), G @ L.toarray())


def test_the_identity_times_a_jacobian_is_that_jacobian(rng):
    L = rng.standard_normal((4, 5))
    assert multiply(I(4), L) is L
    twice = I(4) * 2
    np.testing.assert_array_equal(multiply(twice, L), 2 * L)


def test_together_is_dense_where_most_entries_are_stored(rng):
    A, L = rng.standard_normal((3, 9)), kron(I(3), rng.standard_normal(2))
    dense = together(A, L)
    assert isinstance(dense, np.ndarray)
    np.testing.assert_array_equal(dense, np.hstack([A, L.toarray()]))
    sparse_one = together(L, I(3))
    assert sparse.issparse(sparse_one)
    np.testing.assert_array_equal(sparse_one.toarray(), np.hstack([L.toarray(), np.eye(3)]))


def test_one_matrix_alone_keeps_its_known_places(rng):
    """So that the places of a batch of one example are sorted once, and not at each question."""
    L = entries(np.array([1, 0]), np.array([2, 1]), lift(rng.standard_normal(2)), (3, 4))
    assert blocks(L) is stack(L) is L
    dense = lift(rng.standard_normal((3, 4)))
    first, second = blocks(dense), blocks(dense)
    assert first.pattern is second.pattern is not None
    np.testing.assert_array_equal(numbers(first.toarray()), numbers(dense))

"""A row times a sparse matrix: what `g @ L` gives, for every type and format, and nothing read beyond L's rows."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from jacobians import row_times as module
from jacobians.matrix import multiply
from jacobians.row_times import row_times


def drawn(dtype: str, rows: int = 7, columns: int = 5) -> tuple[np.ndarray, sparse.csr_array]:
    """Whole numbers, so that every order of adding them gives the same."""
    rng = np.random.default_rng(3)
    L = rng.integers(-4, 5, (rows, columns)) * (rng.random((rows, columns)) < 0.6)
    return rng.integers(-4, 5, rows).astype(dtype), sparse.csr_array(L.astype(dtype))


@pytest.mark.parametrize("dtype", ["float64", "float32", "int8", "complex128", "int64"])
def test_it_is_the_product(dtype: str) -> None:
    g, L = drawn(dtype)
    found = row_times(g, L)
    assert found.dtype == (g @ L).dtype
    assert np.array_equal(found, g @ L.toarray())


def test_a_mixture_of_types_and_another_format() -> None:
    g, L = drawn("float64")
    assert np.array_equal(row_times(g.astype(np.float32), L), g @ L.toarray())
    assert np.array_equal(row_times(g, L.astype(np.int8)), g @ L.toarray())
    assert np.array_equal(row_times(g, L.tocsc()), g @ L.toarray())
    long = sparse.csr_array((L.data, L.indices.astype(np.int64), L.indptr.astype(np.int64)), shape=L.shape)
    assert np.array_equal(row_times(g, long), g @ L.toarray())


def test_a_row_that_is_not_contiguous_or_empty() -> None:
    g, L = drawn("float64")
    assert np.array_equal(row_times(np.repeat(g, 3)[::3], L), g @ L.toarray())
    assert np.array_equal(row_times(g[::-1], L), g[::-1] @ L.toarray())
    assert row_times(g[:0], L[:0]).tolist() == [0.0] * 5
    assert row_times(g, L[:, :0]).shape == (0,)


@pytest.mark.parametrize("loop", [True, False])
def test_it_adds_to_an_array(loop: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    g, L = drawn("float64")
    if not loop:
        monkeypatch.setattr(module, "csc_matvec", None)
    before = np.arange(5.0)
    sums = before.copy()
    assert row_times(g, L, sums) is sums
    assert np.array_equal(sums, before + g @ L.toarray())
    apart = np.zeros(10)
    assert np.array_equal(row_times(g, L, apart[::2]), g @ L.toarray())
    assert not apart[1::2].any()
    with pytest.raises(ValueError, match="shape"):
        row_times(g, L, np.zeros(4))


@pytest.mark.parametrize("n", [0, 6, 8, 14])
def test_a_row_of_another_length_is_refused(n: int) -> None:
    _, L = drawn("float64")
    with pytest.raises(ValueError, match="dimension"):
        row_times(np.ones(n), L)


def test_without_scipys_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    g, L = drawn("float64")
    monkeypatch.setattr(module, "csc_matvec", None)
    assert np.array_equal(row_times(g, L), g @ L.toarray())


@pytest.mark.parametrize("lead", [(), (1,), (3,), (0,)])
def test_multiply_keeps_the_leading_axis(lead: tuple[int, ...]) -> None:
    g, L = drawn("float64")
    G = np.broadcast_to(g, (*lead, 7))
    assert np.array_equal(multiply(G, L), G @ L.toarray())


@pytest.mark.parametrize("lead", [(), (1,), (3,), (0,)])
def test_multiply_with_a_dense_row(lead: tuple[int, ...]) -> None:
    rng = np.random.default_rng(5)
    g, L = rng.standard_normal((*lead, 1)), rng.standard_normal((1, 6))
    found = multiply(g, L)
    assert found.shape == (*lead, 6)
    assert np.array_equal(found, g @ L)
    with pytest.raises(ValueError, match="mismatch"):
        multiply(np.ones((*lead, 6)), L)


def test_multiply_takes_no_matrix_for_a_row() -> None:
    _, L = drawn("float64", rows=12)
    with pytest.raises(ValueError, match="dimension"):
        multiply(np.ones((3, 4)), L)

"""Sums over the rows of a sparse L in blocks: those of the whole matrix, at its empty rows, zeros and long rows too."""

import numpy as np
import pytest
from scipy import sparse

from jacobians.verify import row_sums as module
from jacobians.verify.row_sums import row_blocks, row_sums
from jacobians.verify.together import least_seen


@pytest.fixture(params=[1, 7, 40, 1 << 15])
def L(request, rng, monkeypatch):
    """A matrix of several blocks, with empty rows, a stored 0, and a row longer than a block."""
    monkeypatch.setattr(module, "_BLOCK", request.param)
    made = rng.standard_normal((30, 50)) * (rng.random((30, 50)) < 0.2)
    made[[0, 11, 12, 29]] = 0.0
    made[13] = rng.standard_normal(50)
    L = sparse.csr_array(made)
    L.data[5] = 0.0
    return L


def test_they_are_the_sums(L, rng):
    g, dense = rng.standard_normal(30), L.toarray()
    g[[3, 13]] = 0.0
    want, size, terms = row_sums(g, L)
    np.testing.assert_allclose(want, g @ dense, 1e-13)
    np.testing.assert_allclose(size, np.abs(g) @ np.abs(dense), 1e-13)
    assert np.array_equal(terms, (g != 0).astype(int) @ (dense != 0).astype(int))


def test_blocks_are_all_rows_once(L):
    found = list(row_blocks(L))
    assert [r.start for r, _ in found] == [0, *(r.stop for r, _ in found[:-1])]
    assert found[-1][0].stop == 30
    assert [e.start for _, e in found] == [0, *(e.stop for _, e in found[:-1])]
    assert found[-1][1].stop == L.nnz


def test_the_least_that_shows_is_that_of_the_whole_matrix(L, rng):
    g, tolerance = rng.standard_normal(30), rng.random(50)
    count, least = least_seen(L, g, tolerance)
    assert (count, least) == least_seen(L.toarray(), g, tolerance)
    assert count == L.nnz - 1


def test_a_matrix_without_an_entry(rng):
    empty = sparse.csr_array((4, 3))
    for part in row_sums(rng.standard_normal(4), empty):
        assert np.array_equal(part, np.zeros(3))
    assert least_seen(empty, rng.standard_normal(4), rng.random(3)) == (0, 0.0)

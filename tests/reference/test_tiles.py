"""A product in tiles is the product."""

import numpy as np
import pytest

from reference.networks._tiles import aligned, divisor, matrix, tiles

from ..whole_numbers import whole


@pytest.mark.parametrize("rows", [1, 3, 4, 100])
@pytest.mark.parametrize("columns", [0, 2, 5, 100])
@pytest.mark.parametrize("order", ["C", "F"])
def test_tiles_make_the_product(rows, columns, order, rng):
    A, B, C = whole(rng, 12, 7).copy(order), whole(rng, 7, 10).copy(order), np.empty((12, 10))
    np.matmul(*tiles(A, B, C, rows, columns))
    assert np.array_equal(C, A @ B)


def test_tiles_are_views(rng):
    A, B, C = whole(rng, 12, 7).T, whole(rng, 12, 10).T, np.empty((7, 10))
    left, right, out = tiles(A, B.T, C, 1, 5)
    assert left.shape[0] * right.shape[1] == 7 * 2
    assert all(np.shares_memory(*pair) for pair in ((A, left), (B, right), (C, out)))


def test_divisors():
    assert [divisor(784, 39), divisor(512, 39), divisor(10, 32), divisor(37, 32), divisor(1, 0)] == [28, 32, 10, 37, 1]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_rows_are_apart_by_no_multiple_of_a_page(dtype, rng):
    A = rng.standard_normal((3, 4096)).astype(dtype)
    copy = matrix(A)
    assert np.array_equal(copy, A)
    assert copy.strides[0] % 4096
    assert copy.ctypes.data % 64 == aligned((5,), dtype).ctypes.data % 64 == 0

"""A matrix product as many small ones, in one call of NumPy's matmul.

OpenBLAS copies the operands of a large product into an order of its own first; for a batch of 32 that is a third of the
time. Up to some 10⁶ multiplications it has kernels that read the operands where they lie (on processors with AVX-512).
"""

from typing import Any

import numpy as np

Array = np.ndarray
Product = tuple[Array, Array, Array]  # left, right, and where their product goes

SMALL = 10**6  # multiplications of a product that OpenBLAS makes without copying
ENTRIES = 1024  # of such a product where it reads both operands along the rows; with 1200 it copies again


def tiles(A: Array, B: Array, C: Array, rows: int, columns: int) -> Product:
    """Views of A [m × k], B [k × n] and C [m × n]: matmul of the first two into the third is C = A B, tile by tile.

    Args:
        rows, columns: of a tile of C, at most.
    """
    (m, k), n = A.shape, B.shape[1]
    r, c = divisor(m, rows), divisor(n, columns)
    return (
        A.reshape(m // r, 1, r, k),
        B.reshape(k, 1, n // c, c).transpose(1, 2, 0, 3),
        C.reshape(m // r, r, n // c, c).swapaxes(1, 2),
    )


def divisor(n: int, most: int) -> int:
    """The largest divisor of n up to `most`, but n itself where that is less than a quarter of `most`."""
    found = next(d for d in range(min(n, max(most, 1)), 0, -1) if n % d == 0)
    return found if 4 * found >= min(n, most) else n


def aligned(shape: tuple[int, ...], dtype: Any) -> Array:
    """Zeros that begin where a line of the cache does, so that a vector of them lies in one line."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    raw = np.zeros(size + 64, np.uint8)
    start = -raw.ctypes.data % 64
    return raw[start : start + size].view(dtype).reshape(shape)


def matrix(A: Array) -> Array:
    """A copy of A, its rows no multiple of 4096 bytes apart: such rows would meet in the same lines of the cache."""
    rows, columns = A.shape
    line = 64 // A.itemsize
    room = aligned((rows, columns + line * (columns * A.itemsize % 4096 == 0)), A.dtype)
    room[:, :columns] = A
    return room[:, :columns]

"""What is not worth having: g·L in the other formats of scipy.sparse, beside CSR, and what turning L into them costs.

    python -m benchmarks.formats [--json OUT] [--n N] [--seconds S]

L is diagonal (a pointwise layer's L^x), banded (7 diagonals: a conv1d's), a Kronecker product (a linear layer's L^W),
or has blocks along its diagonal (a batch of softmax). The floor is the product in CSR, which is what L is here. `bytes`
is what L takes in the format; `made_seconds` what making it from CSR takes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from scipy import sparse

from jacobians.matrix import I, diag, kron
from jacobians.timing.clock import race
from jacobians.timing.machine import threads

from .rows import Row, carry_out, parser

FLOOR = "g·L in CSR"
_DENSE = 1 << 24  # entries of an L that is multiplied dense, too
_DIAGONALS = 64  # as many as DIA is given: it keeps each of them whole
_BLOCK = 8


def cases(n: int) -> Iterator[tuple[str, sparse.csr_array]]:
    """L of about 8n entries that are not 0, or n for the diagonal."""
    rng = np.random.default_rng(0)
    yield f"diagonal, {n}×{n}", diag(rng.standard_normal(n))
    bands = [rng.standard_normal(n - abs(k)) for k in range(-3, 4)]
    yield f"banded, {n}×{n}, 7 wide", sparse.csr_array(sparse.diags(bands, offsets=range(-3, 4)))
    M = int(np.sqrt(8 * n))
    yield f"kron, {M}×{M * M}", kron(I(M), rng.standard_normal(M)).astype(np.float64)
    blocks = [rng.standard_normal((_BLOCK, _BLOCK)) for _ in range(n // _BLOCK)]
    yield f"blocks of {_BLOCK}, {n}×{n}", sparse.csr_array(sparse.block_diag(blocks, format="csr"))


def formats(L: sparse.csr_array) -> Iterator[tuple[str, Any]]:
    """(name, what makes L in that format): those it can have without more than its own zeros."""
    for name in ("csc", "coo"):
        yield name.upper(), partial(L.asformat, name)
    if L.shape[0] == L.shape[1] and len(np.unique(L.tocoo().col - L.tocoo().row)) <= _DIAGONALS:
        yield "DIA", L.todia
    if all(size % _BLOCK == 0 for size in L.shape):
        yield f"BSR {_BLOCK}×{_BLOCK}", partial(L.tobsr, blocksize=(_BLOCK, _BLOCK))
    if L.shape[0] * L.shape[1] <= _DENSE:
        yield "dense", L.toarray


def measure(name: str, L: sparse.csr_array, seconds: float) -> Iterator[Row]:
    """The rows of one L, in every format that gives the same product."""
    g = np.random.default_rng(1).standard_normal((1, L.shape[0]))
    makers = dict(formats(L))
    made = {"CSR": L} | {format: make() for format, make in makers.items()}
    for A in made.values():
        assert np.allclose(g @ A, g @ L)
    times = race({format: partial(_product, g, A) for format, A in made.items()}, seconds)
    making = race({"CSR": L.copy} | makers, seconds)
    for format, A in made.items():
        more = {"spread": times[format].spread, "made_seconds": making[format].median, "entries": int(L.nnz)}
        ratio = times[format].median / times["CSR"].median
        yield Row("formats", format, name, "float64", 1, times[format].median, _bytes(A), FLOOR, ratio, more)


def _product(g: np.ndarray, A: Any) -> Any:
    return g @ A


def _bytes(A: Any) -> int:
    if isinstance(A, np.ndarray):
        return A.nbytes
    parts = [getattr(A, part, None) for part in ("data", "indices", "indptr", "row", "col", "offsets")]
    return sum(part.nbytes for part in parts if isinstance(part, np.ndarray))


def every(args: argparse.Namespace) -> Iterator[Row]:
    """The rows of all cases."""
    with threads(1):
        for name, L in cases(args.n):
            yield from measure(name, L, args.seconds)


def main(argv: list[str] | None = None) -> int:
    made = parser("formats", __doc__ or "", seconds=0.5)
    made.add_argument("--n", type=int, default=1 << 16, help="rows (default: %(default)s)")
    return carry_out(every, made, argv)


if __name__ == "__main__":
    sys.exit(main())

"""Literal g · L against a plain one-thread C loop over the same matrix, for every layer found.

    python -m benchmarks.multiply [--json OUT] [--layers NAME,…] [--entries N]

Each layer is made as long as it takes for an L^a to have 300,000 entries that are not 0 (benchmarks/build.py), and each
of its L^a with a tenth of that or more is multiplied, as its layer makes it. Competitors: matrix.multiply with a row g
of |y| numbers, and of [1, |y|]; SciPy's or NumPy's own `g @ L`. The floor is the loop (benchmarks/loop.py), compiled
when the benchmark starts: it writes the same result into an array that is there already. What a call costs beside its
loop shows in `--entries 1000`. `bytes` are L's, `bandwidth` is bytes of L a second.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy import sparse

from benchmarks.build import long_enough
from benchmarks.loop import compiler, loop
from benchmarks.rows import Row, carry_out, parser
from jacobians.layers import layer_names
from jacobians.matrix import multiply
from jacobians.point import Point, differentiable
from jacobians.timing.clock import race
from jacobians.timing.machine import threads

_DTYPES = ("float64", "float32")
_LEAST = 0.1  # of --entries: smaller matrices of the same layer measure the call, not the loop


def measure(args: argparse.Namespace) -> Iterator[Row]:
    """A row for each competitor, layer, argument and type."""
    print(f"the loop: {compiler()}", flush=True)
    with threads(1):
        for name in args.layers.split(",") if args.layers else layer_names():
            point = long_enough(name, args.entries)
            for a in differentiable(point.map):
                L = _stored(point, a)
                n = L.nnz if sparse.issparse(L) else L.size
                if n < _LEAST * args.entries:
                    why = {"why": f"an L of {n:,} entries measures the call, not the loop"}
                    yield Row("multiply", "ours", f"{name} L^{a}", L.dtype.name, 1, None, more=why)
                    continue
                for dtype in _DTYPES:
                    yield from of_matrix(f"{name} L^{a}", L.astype(dtype), args.seconds)


def of_matrix(said: str, L: Any, seconds: float) -> Iterator[Row]:
    """The rows about one matrix."""
    g = np.random.default_rng(0).standard_normal(L.shape[0]).astype(L.dtype)
    plain, out = loop(g, L)
    row = g.reshape(1, -1)
    contestants = {"g [n]": lambda: multiply(g, L), "g [1, n]": lambda: multiply(row, L), "g @ L": lambda: g @ L}
    plain()
    bound = 2 * L.shape[0] * np.finfo(L.dtype).eps * (np.abs(g) @ abs(L))  # of two orders of summation
    if (np.abs(multiply(g, L) - out) > bound).any():
        raise AssertionError(f"{said}: the loop computes another product")
    found = race({**contestants, "loop": plain}, seconds)
    stored = L.nnz if sparse.issparse(L) else L.size
    size = f"{said}, {stored:,} entries, {'sparse' if sparse.issparse(L) else 'dense'}"
    taken = L.data.nbytes + L.indices.nbytes + L.indptr.nbytes if sparse.issparse(L) else L.nbytes
    for competitor, timed in found.items():
        ratio, fastest = timed.median / found["loop"].median, timed.fastest / found["loop"].fastest
        more = {"fastest": timed.fastest, "ratio_fastest": fastest, "spread": timed.spread}
        more |= {"bandwidth": taken / timed.median, "cc": compiler()}
        yield Row("multiply", competitor, size, L.dtype.name, 1, timed.median, taken, "the C loop", ratio, more)


def _stored(point: Point, a: str) -> Any:
    """L^a with the indices that the loop takes."""
    L = point.L(a)
    if not sparse.issparse(L):
        return np.ascontiguousarray(L)
    index = (L.indices.astype(np.int32), L.indptr.astype(np.int32))
    return sparse.csr_array((L.data, *index), shape=L.shape)


def main(argv: list[str] | None = None) -> int:
    made = parser("multiply", __doc__ or "", seconds=0.2)
    made.add_argument("--layers", help="comma-separated (default: every layer found)")
    made.add_argument("--entries", type=int, default=300_000, help="that are not 0 (default: %(default)s)")
    return carry_out(measure, made, argv)


if __name__ == "__main__":
    sys.exit(main())

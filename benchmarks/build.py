"""Building a sparse L against the raw filling of its three arrays, for every layer found.

    python -m benchmarks.build [--json OUT] [--layers NAME,…] [--entries N] [--seconds S]

The floor is what any code must do: allocate the data, the indices and the row starts of this very L, write each once,
and wrap them; where L is dense, to write its entries once. The arithmetic of a formula (an exponential, a sum over all
keys) is no filling: each row says, beside its ratio to filling, that to filling and its own formula's share of the time
(values.py), all of it where L is dense. Competitors: ours in its natural form, one long example and
a batch of many small ones; as long, or as many, as it takes for L^a to have 100,000 entries that are not 0.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from scipy import sparse

from jacobians.batch import batch_of
from jacobians.layers import find, layer_names
from jacobians.point import Point, differentiable
from jacobians.timing.clock import race
from jacobians.timing.machine import threads

from .rows import Row, carry_out, parser
from .values import formula_share

_LONGEST = 1 << 14  # n of a layer's points, at most
_MOST_NUMBERS = 1 << 22  # in its arguments: a maximum over rows of n has few entries of L for many numbers
_MOST = 1 << 13  # small examples, at most


def fill(L: Any) -> Callable[[], Any]:
    """The floor: fill arrays of the size and type of L's, and wrap them."""
    if isinstance(L, np.ndarray):
        return lambda: np.copyto(np.empty_like(L), L)
    shape, start = L.shape, L.indptr

    def filled() -> sparse.csr_array:
        data, indices, indptr = np.empty_like(L.data), np.empty_like(L.indices), np.empty_like(start)
        data[...] = 1.0
        np.copyto(indices, L.indices)
        np.copyto(indptr, start)
        return sparse.csr_array((data, indices, indptr), shape=shape)

    return filled


def long_enough(name: str, entries: int) -> Point:
    """The layer's first point, doubled in length until its largest L has so many entries that are not 0, or nearly."""
    n = 8
    while True:
        point = next(iter(find(name).points(np.random.default_rng(0), n)))
        most = max(_stored(point.L(a)) for a in differentiable(point.map))
        numbers = sum(np.size(v) for v in point.values.values())
        if most >= entries or n >= _LONGEST or numbers >= _MOST_NUMBERS:
            return point
        n = max(n + 1, int(n * min(2.0, (entries / max(most, 1)) ** 0.5 + 0.05)))


def many(name: str, entries: int) -> Point:
    """As many small examples as it takes for the largest L to have so many entries that are not 0."""
    drawn = [next(iter(find(name).points(np.random.default_rng(k), 8))) for k in range(64)]
    one = batch_of(drawn[:1])
    most = max(_stored(one.L(a)) for a in differentiable(one.map))
    n = min(max(-(-entries // most), 2), _MOST)
    return batch_of((drawn * -(-n // len(drawn)))[:n])


def _stored(L: Any) -> int:
    return L.size if isinstance(L, np.ndarray) else L.nnz


def measure(name: str, point: Point, what: str, seconds: float) -> Iterator[Row]:
    """One row for each argument: ours, and its ratio to the floor."""
    for a in differentiable(point.map):
        L = point.L(a)
        found = race({"ours": partial(point.L, a), "floor": fill(L)}, seconds)
        ours, base = found["ours"].median, found["floor"].median
        values = ours * formula_share(partial(point.L, a)) if sparse.issparse(L) else ours
        yield Row(
            "build", what, f"{name}, L^{a}", str(L.dtype), 1, ours, _bytes(L),
            f"filling, {ours / (base + values):.2g} × filling + values", ours / base,
            {
                "layer": name, "argument": a, "kind": "sparse" if sparse.issparse(L) else "dense",
                "shape": list(L.shape), "entries": _stored(L), "spread": found["ours"].spread,
                "floor_seconds": base, "values_seconds": values, "ratio_with_values": ours / (base + values),
            },
        )  # fmt: skip


def _bytes(L: Any) -> int:
    return L.nbytes if isinstance(L, np.ndarray) else L.data.nbytes + L.indices.nbytes + L.indptr.nbytes


def every(args: argparse.Namespace) -> Iterator[Row]:
    """The rows of all layers."""
    with threads(1):
        for name in args.layers.split(",") if args.layers else layer_names():
            yield from measure(name, long_enough(name, args.entries), "ours, one long example", args.seconds)
            if not find(name).interacts:
                yield from measure(name, many(name, args.entries), "ours, many small examples", args.seconds)


def main(argv: list[str] | None = None) -> int:
    made = parser("build", __doc__ or "", seconds=0.2)
    made.add_argument("--layers", help="comma-separated (default: every layer found)")
    made.add_argument("--entries", type=int, default=100_000, help="that are not 0 (default: %(default)s)")
    return carry_out(every, made, argv)


if __name__ == "__main__":
    sys.exit(main())

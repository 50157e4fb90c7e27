"""Building a sparse L against the raw filling of its three arrays, for every layer found.

    python -m benchmarks.build [--json OUT] [--layers NAME,…] [--entries N] [--batch N]

The floor is what any code must do: allocate the data, the indices and the row starts of this very L, write each once,
and wrap them. Competitors: ours in its natural form; the same for a batch of many small examples; for linear what
`scipy.sparse.kron` takes. Each layer is made as long as it takes for L^a to have 100,000 entries that are not 0.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from jacobians.batch import batch_of
from jacobians.layers import find, layer_names
from jacobians.matrix import in_form
from jacobians.point import Point, differentiable
from jacobians.timing.clock import race
from jacobians.timing.machine import threads

Row = dict[str, Any]
_LONGEST = 1 << 14  # n of a layer's points, at most


def floor(L: sparse.csr_array) -> Any:
    """Fill arrays of the size and type of L's, and wrap them."""
    shape, start = L.shape, L.indptr

    def fill() -> sparse.csr_array:
        data, indices, indptr = np.empty_like(L.data), np.empty_like(L.indices), np.empty_like(start)
        data[...] = 1.0
        np.copyto(indices, L.indices)
        np.copyto(indptr, start)
        return sparse.csr_array((data, indices, indptr), shape=shape)

    return fill


def long_enough(name: str, entries: int) -> Point:
    """The layer's first point, doubled in length until its largest L has so many entries that are not 0."""
    n = 8
    while True:
        point = next(iter(find(name).points(np.random.default_rng(0), n)))
        most = max(_stored(point.L(a)) for a in differentiable(point.map))
        if most >= entries or n >= _LONGEST:
            return point
        n = max(n + 1, int(n * min(2.0, (entries / max(most, 1)) ** 0.5 + 0.05)))


def many(name: str, batch: int) -> Point:
    """Small examples."""
    layer = find(name)
    return batch_of([next(iter(layer.points(np.random.default_rng(k), 8))) for k in range(batch)])


def _stored(L: Any) -> int:
    return L.size if isinstance(L, np.ndarray) else L.nnz


def measure(name: str, point: Point, what: str, seconds: float) -> list[Row]:
    """One row for each argument: ours, and its ratio to the floor."""
    rows = []
    for a in differentiable(point.map):
        natural = point.L(a)
        L = in_form(natural, "sparse")
        if sparse.issparse(natural):
            found = race({"ours": lambda a=a: point.L(a), "floor": floor(L)}, seconds)
            base, kind = found["floor"], "sparse"
        else:
            found = race(
                {"ours": lambda a=a: point.L(a), "floor": lambda L=natural: np.copyto(np.empty_like(L), L)}, seconds
            )
            base, kind = found["floor"], "dense"
        rows.append(
            {
                "benchmark": "build",
                "competitor": what,
                "layer": name,
                "argument": a,
                "kind": kind,
                "shape": list(L.shape),
                "entries": _stored(natural),
                "dtype": str(natural.dtype),
                "threads": 1,
                "seconds": found["ours"].median,
                "spread": found["ours"].spread,
                "bytes": L.data.nbytes + L.indices.nbytes + L.indptr.nbytes,
                "floor": "filling the arrays",
                "floor_seconds": base.median,
                "ratio": found["ours"].median / base.median,
            }
        )
    return rows


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.build", description=__doc__.splitlines()[0])
    parser.add_argument("--json", metavar="OUT")
    parser.add_argument("--layers", help="comma-separated (default: every layer found)")
    parser.add_argument("--entries", type=int, default=100_000, help="that are not 0 (default: %(default)s)")
    parser.add_argument("--batch", type=int, default=64, help="small examples (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=0.2, help="for each race (default: %(default)s)")
    args = parser.parse_args(argv)
    rows: list[Row] = []
    with threads(1):
        for name in args.layers.split(",") if args.layers else layer_names():
            found = measure(name, long_enough(name, args.entries), "one long example", args.seconds)
            if not find(name).interacts:
                found += measure(name, many(name, args.batch), "many small examples", args.seconds)
            for r in found:
                where = f"{r['layer']} L^{r['argument']}, {r['competitor']}, {r['kind']}"
                print(
                    f"{where:<64}{r['entries']:>10,}{r['seconds'] * 1e3:>11.3f} ms{r['ratio']:>9.1f} × floor",
                    flush=True,
                )
            rows += found
    if args.json:
        Path(args.json).write_text(json.dumps({"rows": rows}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

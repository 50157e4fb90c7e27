"""A perceptron 784-512-512-10, relu, L2 loss: one step forward and backward, ours and each library's.

    python -m benchmarks.mlp [--json OUT] [--batches 1,32,128,512] [--dtypes float64,float32] [--threads 1,2]

The floor is its eight bare matrix products by np.matmul, into buffers. Each contestant runs in a process of its own, on
as many cores as there are threads, in interleaved rounds (apart.py); libraries that are not installed are left out.
Ctrl-C keeps what was measured.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info

from jacobians import Graph, check_function
from jacobians.layers import Linear, ReLU, SquaredError
from jacobians.verify.results import Verdict
from reference.networks import mlp

from .apart import contestants, race
from .perceptrons import CONTESTANTS, SIZES, data

Row = dict[str, Any]
FLOOR = "bare matrix products"
_NEEDS = {"PyTorch eager": "torch", "PyTorch compiled": "torch", "JAX jit": "jax", "HIPS autograd": "autograd"}


def passes() -> bool:
    """Whether the fused step is right, on a small network: code that is not is not timed."""
    net = Graph(
        z1=(Linear(), "x", "W1", "b1"), h1=(ReLU(at_zero=0.0), "z1"), z2=(Linear(), "h1", "W2", "b2"),
        h2=(ReLU(at_zero=0.0), "z2"), z3=(Linear(), "h2", "W3", "b3"), J=(SquaredError(), "z3", "y"),
    )  # fmt: skip
    rng, sizes = np.random.default_rng(0), (7, 5, 6, 3)
    theta = {f"W{k}": rng.standard_normal((sizes[k], sizes[k - 1])) for k in (1, 2, 3)}
    theta |= {f"b{k}": rng.standard_normal(sizes[k]) for k in (1, 2, 3)}
    values = {"x": rng.standard_normal(7), "y": rng.standard_normal(3)} | theta
    return check_function(net, mlp, values, theta=theta, constant=("x", "y")).verdict is Verdict.PASS


def least_bytes(batch: int, dtype: str) -> int:
    """Moved by any step: the parameters and the data read once, the gradients written once."""
    theta = sum(m * (n + 1) for n, m in zip(SIZES, SIZES[1:], strict=False))
    return np.dtype(dtype).itemsize * (2 * theta + batch * (SIZES[0] + SIZES[-1]))


def measure(batches: list[int], dtypes: list[str], threads: int, rounds: int) -> Any:
    """The rows of each batch and type, as they are measured."""
    wanted = {k: make for k, make in CONTESTANTS.items() if importlib.util.find_spec(_NEEDS.get(k, "numpy"))}
    with contestants(wanted, data, threads) as found:
        for dtype, batch in product(dtypes, batches):
            answers, running = {}, {}
            for name, one in found.items():
                try:
                    answers[name], running[name] = one.ask("make", batch, dtype), one
                except RuntimeError as error:
                    print(f"{name} is left out: {error}", file=sys.stderr)
            timed = race(running, rounds)
            want = answers["ours"]
            for name, t in timed.items():
                got = answers[name]
                yield {
                    "benchmark": "mlp",
                    "competitor": name,
                    "network": "-".join(map(str, SIZES)),
                    "batch": batch,
                    "dtype": dtype,
                    "threads": threads,
                    "seconds": t.median,
                    "fastest": t.fastest,
                    "spread": t.spread,
                    "rounds": t.rounds,
                    "bytes": least_bytes(batch, dtype),
                    "floor": FLOOR,
                    "floor_seconds": timed[FLOOR].median,
                    "ratio": t.median / timed[FLOOR].median,
                    "ratio_fastest": t.fastest / timed[FLOOR].fastest,
                    "differs": None if got is None else float(np.abs(got - want).max() / np.abs(want).max()),
                }


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mlp", description=__doc__.splitlines()[0])
    parser.add_argument("--json", metavar="OUT")
    parser.add_argument("--batches", default="1,32,128,512")
    parser.add_argument("--dtypes", default="float64,float32")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--rounds", type=int, default=15, help="(default: %(default)s)")
    args = parser.parse_args(argv)
    if not passes():
        print("the fused step is not right, and is not timed: python -m pytest tests/reference", file=sys.stderr)
        return 1
    blas = [f"{i['internal_api']} {i['version']} ({i.get('architecture')})" for i in threadpool_info()]
    print(f"NumPy {np.__version__} with {', '.join(blas)}; ratios to the {FLOOR}")
    rows, interrupted = [], False
    try:
        for threads in map(int, args.threads.split(",")):
            for row in measure([int(n) for n in args.batches.split(",")], args.dtypes.split(","), threads, args.rounds):
                rows.append(row)
                where = f"{row['dtype']}, batch of {row['batch']}, {threads} thread{'s' if threads > 1 else ''}"
                print(
                    f"{where:<34}{row['competitor']:<22}{row['seconds'] * 1e3:>10.3f} ms ± {row['spread']:>4.0%}"
                    f"{row['ratio']:>8.2f}, fastest {row['ratio_fastest']:>5.2f}",
                    flush=True,
                )
    except KeyboardInterrupt:
        interrupted = True
    if args.json:
        text = json.dumps({"interrupted": interrupted, "blas": blas, "rows": rows}, indent=1)
        Path(args.json).write_text(text + "\n", encoding="utf-8")
    return 130 if interrupted else 0


if __name__ == "__main__":
    sys.exit(main())

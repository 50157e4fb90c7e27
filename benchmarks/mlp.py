"""A perceptron 784-512-512-10, relu, L2 loss: one step forward and backward, ours and each library's.

    python -m benchmarks.mlp [--json OUT] [--batches 1,32,128,512] [--dtypes float64,float32] [--threads 1,2]

The floor is its eight bare matrix products by np.matmul, into buffers. Each contestant runs in a process of its own, on
as many cores as there are threads, in interleaved rounds (apart.py); libraries that are not installed are left out, and
one whose gradient is not ours is not timed; nothing is, where our own step is not PASS on a small network.
Ctrl-C keeps what was measured.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections.abc import Iterator
from itertools import product

import numpy as np
from threadpoolctl import threadpool_info

from jacobians import Graph, check_function
from jacobians.errors import JacobiansError
from jacobians.layers import Linear, ReLU, SquaredError
from jacobians.verify.results import Verdict
from reference.networks import mlp

from .agree import differing
from .apart import Contestant, contestants, race
from .perceptrons import CONTESTANTS, SIZES, data
from .rows import Row, carry_out, parser

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


def measure(batch: int, dtype: str, threads: int, found: dict[str, Contestant], rounds: int) -> Iterator[Row]:
    """A row for each contestant."""
    answers, running = {}, {}
    for name, one in found.items():
        try:
            answers[name], running[name] = one.ask("make", batch, dtype), one
        except RuntimeError as error:
            print(f"{name} is left out: {error}", file=sys.stderr)
    want = answers["ours"].astype(dtype)
    for name, got in answers.items():
        if got is not None and (why := differing({"∂J/∂b1": got}, {"∂J/∂b1": want})):
            del running[name]
            yield Row("mlp", name, f"batch of {batch}", dtype, threads, None, more={"why": f"not ours: {why}"})
    for name, t in (timed := race(running, rounds)).items():
        more = {
            "network": "-".join(map(str, SIZES)),
            "batch": batch,
            "fastest": t.fastest,
            "spread": t.spread,
            "rounds": t.rounds,
            "floor_seconds": timed[FLOOR].median,
            "ratio_fastest": t.fastest / timed[FLOOR].fastest,
            "differs": None if (got := answers[name]) is None else float(np.abs(got - want).max() / np.abs(want).max()),
        }
        ratio = t.median / timed[FLOOR].median
        yield Row(
            "mlp", name, f"batch of {batch}", dtype, threads, t.median, least_bytes(batch, dtype), FLOOR, ratio, more
        )


def every(args: argparse.Namespace) -> Iterator[Row]:
    if not passes():
        raise JacobiansError("the fused step is not right, and is not timed: python -m pytest tests/reference")
    for blas in threadpool_info():
        print(f"NumPy {np.__version__}: {blas['internal_api']} {blas['version']} ({blas.get('architecture')})")
    wanted = {k: make for k, make in CONTESTANTS.items() if importlib.util.find_spec(_NEEDS.get(k, "numpy"))}
    for threads in map(int, args.threads.split(",")):
        with contestants(wanted, data, threads) as found:
            for dtype, batch in product(args.dtypes.split(","), map(int, args.batches.split(","))):
                yield from measure(batch, dtype, threads, found, args.rounds)


def main(argv: list[str] | None = None) -> int:
    made = parser("mlp", __doc__ or "")
    made.add_argument("--batches", default="1,32,128,512")
    made.add_argument("--dtypes", default="float64,float32")
    made.add_argument("--threads", default="1,2")
    made.add_argument("--rounds", type=int, default=15, help="(default: %(default)s)")
    return carry_out(every, made, argv)


if __name__ == "__main__":
    sys.exit(main())

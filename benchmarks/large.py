"""Layers whose L does not fit: multiplied block of rows by block of rows, within a limit of memory, in a process each.

    python -m benchmarks.large [--json OUT] [--cases NAME,…] [--limits 256MB,1GB] [--check]

Each case runs in a process of its own, so that its peak (the largest resident set) is its own. The floor of a block
that goes by: one that is made and multiplied over and over meanwhile, its arguments and its gradients being in the
cache; the ratio is that of the medians. Making (L) and multiplying (g · L) are told apart, and so is the plain C loop
over it. `beyond` is what the peak has more than it was with the arguments, g and room for the gradients alone: that is
what the limit is on. With --check the twin is checked there, too: its seconds are those of the whole check, random and
whole numbers.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
from scipy import sparse

from benchmarks.loop import compiler, loop
from benchmarks.rows import Row, carry_out, parser
from jacobians.blockwise import Plan, Stored, multiply, plan
from jacobians.commands._options import memory
from jacobians.layers import find
from jacobians.matrix import multiply as product
from jacobians.point import Point, differentiable
from jacobians.sized import sized_point, sizes
from jacobians.timing.machine import threads
from jacobians.verify.formats import get_format
from jacobians.verify.large import check_large, exact_there, plan_check

Found = dict[str, Any]
_READINGS = 50  # of the block in memory
CASES: dict[str, tuple[str, dict[str, Any], str]] = {
    "linear 4096×4096, batch 64": ("linear", {}, "x=64x4096,W=4096x4096,b=4096"),
    "conv2d 3→64, 224×224": ("conv2d", {"padding": 1}, "x=1x3x224x224,W=64x3x3x3,b=64"),
    "conv2d 64→64, 224×224": ("conv2d", {"padding": 1}, "x=1x64x224x224,W=64x64x3x3,b=64"),
}


def measure(args: argparse.Namespace) -> Iterator[Row]:
    """The rows of each case and limit, measured in a process each."""
    print(f"the loop: {compiler()}", flush=True)
    for name in args.cases.split(";") if args.cases else CASES:
        for limit in args.limits.split(","):
            command = [sys.executable, "-m", "benchmarks.large", "--one", name, "--limits", limit]
            command += ["--check"] if args.check else []
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                said = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
                yield Row("large", "blocks", f"{name}, within {limit}", "float64", 1, None, more={"why": said})
            else:
                yield from (Row(**row) for row in json.loads(done.stdout))


def one(name: str, limit: str, check: bool) -> list[Row]:
    """The rows of one case within one limit, in this process."""
    layer, settings, at = CASES[name]
    allowed, draw = memory(limit), partial(sized_point, find(layer), settings, sizes(at), 0)
    dtype = "float32" if check else "float64"
    row = partial(Row, "large", size=f"{name}, within {limit}", dtype=dtype, threads=1)
    with threads(1):
        if check:
            return [row(competitor="check of the twin", **_checked(layer, draw, allowed))]
        point = draw()
        planned = plan(point, allowed)
        g = np.random.default_rng(0).standard_normal(planned.shape)
        held = {a: np.ones(np.shape(v)) for a, v in point.values.items()}  # room for the gradients
        before = _peak()
        del held
        clock = _Clock(point, planned)
        started = time.perf_counter()
        multiply(point, g, planned, clock)
        taken, beyond = time.perf_counter() - started - clock.aside, _peak() - before
    size, median = planned.bytes, clock.medians()
    more = {"limit": allowed, "peak": before + beyond, "beyond": beyond, "bandwidth": size / taken, **median}
    more |= {"blocks": clock.blocks, "entries": planned.entries, "estimated": planned.seconds}
    return [
        row(competitor="blocks", seconds=taken, bytes=size, more=more),
        row(competitor="a block: gone by", seconds=median["went_by"], bytes=clock.stored.bytes,
            floor="a block in memory", ratio=median["went_by"] / median["in_memory"]),
        row(competitor="a block: make", seconds=median["make"], bytes=clock.stored.bytes),
        row(competitor="a block: multiply", seconds=median["multiply"], floor="the C loop",
            bytes=clock.stored.bytes,
            ratio=median["multiply"] / median["loop"]),
    ]  # fmt: skip


class _Clock:
    """Told of each block as it has gone by; now and then it times one block that stays in memory, in the same run."""

    def __init__(self, point: Point, planned: Plan):
        some = list(islice(planned.pieces(point), 64))
        piece = some[(len(some) - 1) // 2]
        self.every, self.size, self.inner = max(planned.blocks // _READINGS, 1), piece.size, piece.point
        self.g = np.ones(np.shape(self.inner.forward())).ravel()
        self.made = {a: _int32(self.inner.L(a)) for a in differentiable(self.inner.map)}
        self.stored = sum(map(Stored.of, self.made.values()), Stored())
        self.loops = [loop(self.g, L)[0] for L in self.made.values()]
        self.readings: dict[str, list[float]] = {}
        self.blocks, self.aside, self._done, self._last = 0, 0.0, 0, time.perf_counter()

    def __call__(self, done: int, total: int) -> None:
        now = time.perf_counter()
        if done - self._done == self.size:
            self.readings.setdefault("went_by", []).append(now - self._last)
        self.blocks, self._done = self.blocks + 1, done
        if self.blocks % self.every == 0:
            for name in ("in_memory", "make", "multiply", "loop"):
                self._read(name)
            self.aside += time.perf_counter() - now
        self._last = time.perf_counter()

    def _read(self, name: str) -> None:
        before = time.perf_counter()
        for a, call in zip(self.made, self.loops, strict=True):
            L = self.made[a] if name in ("multiply", "loop") else self.inner.L(a)
            if name in ("in_memory", "multiply"):
                product(self.g, L)
            elif name == "loop":
                call()
        self.readings.setdefault(name, []).append(time.perf_counter() - before)

    def medians(self) -> dict[str, float]:
        """Seconds of a block of this size."""
        return {name: float(np.median(found)) for name, found in self.readings.items()}


def _int32(L: Any) -> Any:
    """L as the loop takes it."""
    if isinstance(L, np.ndarray):
        return np.ascontiguousarray(L)
    return sparse.csr_array((L.data, L.indices.astype(np.int32), L.indptr.astype(np.int32)), shape=L.shape)


def _checked(layer: str, draw: Any, allowed: int) -> Found:
    """The verdict on the twin, its seconds and its peak."""
    import importlib

    planned = plan_check(draw(), get_format("float32"), allowed)
    draws = [draw, partial(draw, whole=True)] if exact_there(planned, draw(whole=True)) else [draw]
    started = time.perf_counter()
    report = check_large(importlib.import_module(f"reference.{layer}"), find(layer), draws, {"float32": planned})
    taken = time.perf_counter() - started
    more = {
        "verdict": str(report.verdict),
        "points": len(draws),
        "peak": _peak(),
        "estimated": planned.seconds * len(draws),
    }
    return {"seconds": taken, "bytes": planned.bytes, "more": more}


def _peak() -> int:
    """The largest resident set so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main(argv: list[str] | None = None) -> int:
    made = parser("large", __doc__ or "", seconds=1.0)
    made.add_argument("--cases", metavar="NAME;…", help=f"of {'; '.join(CASES)} (default: all)")
    made.add_argument("--limits", default="256MB,1GB", help="comma-separated (default: %(default)s)")
    made.add_argument("--check", action="store_true", help="check the twin in float32 there, in place of multiplying")
    made.add_argument("--one", help=argparse.SUPPRESS)
    args = made.parse_args(argv)
    if args.one:
        rows = one(args.one, args.limits, args.check)
        print(json.dumps([asdict(row) for row in rows]))
        return 0
    return carry_out(measure, made, argv)


if __name__ == "__main__":
    sys.exit(main())

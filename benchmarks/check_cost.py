"""What a verdict on right code costs at one size: ours, and how gradients are checked elsewhere, on the same code.

    python -m benchmarks.check_cost [--json OUT] [--only WORDS] [--threads N …] [--most S] [--memory SIZE] [--seconds S]
                                    [--small]

The code on trial is the efficient twin, in float64. The floor is a plain sparse build of every L^a and one g·L, without
a bound or a verdict. Who would take more time or memory than it may is refused, with the estimate. `exposed` is how
many entries of L answer alone: a mistake in any of them is seen. A check that takes longer than a race is timed once.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np

from jacobians.batch import batch_of
from jacobians.commands._options import memory
from jacobians.layers.attention import Attention
from jacobians.layers.conv2d import Conv2d
from jacobians.layers.linear import Linear
from jacobians.memory import amount, available
from jacobians.point import Point, differentiable
from jacobians.timing.clock import race
from jacobians.timing.machine import threads
from jacobians.verify.at_point import check_point
from jacobians.verify.results import Verdict

from .peak import resident_peak
from .rivals import Judge, check_grads, cs231n, gradcheck
from .rows import Row, carry_out, parser

FLOOR = "a plain sparse build and g·L"
Call = Callable[[], tuple[bool, int]]  # whether the code was accepted, and how many entries of L were exposed singly


def ours(singly: bool, point: Point, fast: Any) -> tuple[bool, int]:
    """Whether this package accepts the code at this point, and how many entries of L it exposed singly."""
    report = check_point(fast, point, singly=singly)
    assert report is not None
    return report.verdict is Verdict.PASS, sum(r.entries for r in report.results)


def plain(point: Point, fast: Any) -> tuple[bool, int]:
    """The floor: g·L for one g, beside what the code gives."""
    y, saved = fast.forward(**point.values, **point.map.settings)
    g = np.random.default_rng(0).standard_normal(y.shape)
    got = fast.backward(g, saved)
    row = g.reshape(1, -1)
    want = {a: row @ point.L(a, "sparse") for a in differentiable(point.map)}
    return all(np.allclose(got[a].ravel(), v.ravel()) for a, v in want.items()), 0


def cases(small: bool = False) -> Iterator[tuple[str, Any, Point]]:
    """(name, twin, point)"""

    def batch(layer: Any, n: int, *shapes: tuple[str, tuple[int, ...]]) -> Point:
        draws = [np.random.default_rng(k) for k in range(n)]
        return batch_of([Point(layer, {a: rng.standard_normal(shape) for a, shape in shapes}) for rng in draws])

    for M, n in ((5, 2),) if small else ((64, 8), (256, 32)):
        point = batch(Linear(), n, ("x", (M,)), ("W", (M, M)), ("b", (M,)))
        yield f"linear {M}×{M}, batch of {n}", importlib.import_module("reference.linear"), point
    C, side = (2, 4) if small else (16, 16)
    point = batch(Conv2d(padding=1), 1, ("x", (C, side, side)), ("W", (C, C, 3, 3)), ("b", (C,)))
    yield f"conv2d {C}→{C} 3×3 on {side}×{side}", importlib.import_module("reference.conv2d"), point
    T, d = (3, 2) if small else (32, 16)
    point = batch(Attention(), 1, ("q", (T, d)), ("k", (T, d)), ("v", (T, d)))
    yield f"attention, {T} tokens of {d}", importlib.import_module("reference.attention"), point


def checks(point: Point, fast: Any) -> Iterator[tuple[str, Call, float, int]]:
    """(name, check, seconds and bytes that it will take, by an estimate; 0: little)"""
    forward, backward = _each(point, fast)
    inputs, outputs = (sum(np.size(point.values[a]) for a in differentiable(point.map)), np.size(point.forward()))

    def rival(judge: Judge, exposed: int = 0) -> Call:  # all but gradcheck's slow mode compare products with L
        return lambda: (judge(fast, point), exposed)

    yield FLOOR, partial(plain, point, fast), 0.0, 0
    yield "ours, every entry at once", partial(ours, False, point, fast), 0.0, 0
    yield "ours, every entry singly", partial(ours, True, point, fast), 0.0, 0
    if find_spec("torch"):
        slow = 2 * inputs * forward + 2 * outputs * backward  # two sides of every entry; every row, twice
        yield "gradcheck, slow", rival(gradcheck(False), inputs * outputs), slow, 3 * 8 * inputs * outputs
        yield "gradcheck, fast", rival(gradcheck(True)), 0.0, 0
    if find_spec("jax"):
        yield "jax check_grads", rival(check_grads()), 0.0, 0
    yield "central differences", rival(cs231n()), 2 * inputs * forward, 0


def _each(point: Point, fast: Any) -> tuple[float, float]:
    """Seconds of one forward and of one backward."""
    y, saved = fast.forward(**point.values, **point.map.settings)
    found = race(
        {
            "forward": lambda: fast.forward(**point.values, **point.map.settings),
            "backward": lambda: fast.backward(y, saved),
        },
        0.05,
    )
    return found["forward"].median, found["backward"].median


def measure(name: str, fast: Any, point: Point, n: int, args: argparse.Namespace) -> Iterator[Row]:
    """The rows of one case."""
    row = partial(Row, "check_cost", size=name, dtype="float64", threads=n, floor=FLOOR)
    every = list(checks(point, fast))
    seconds, outcomes, quick = dict[str, float](), dict[str, tuple[bool, int]](), dict[str, Call]()
    for check, call, time_, size in every:
        if time_ > args.most or size > args.memory:
            continue
        started = time.perf_counter()
        outcomes[check] = call()
        seconds[check] = time.perf_counter() - started
        if seconds[check] < args.seconds:
            quick[check] = call
    seconds |= {check: timed.median for check, timed in race(quick, 2 * args.seconds).items()}
    for check, call, time_, size in every:
        if check not in seconds:
            limits = f"--most {args.most:g} --memory {amount(args.memory)}"
            why = f"it takes about {time_:,.0f} s and {amount(size)}, and may not: {limits}"
            yield row(competitor=check, seconds=None, more={"why": why})
            continue
        said = {"accepted": bool(outcomes[check][0]), "exposed": outcomes[check][1], "once": check not in quick}
        held, ratio = resident_peak(call) if check in quick else None, seconds[check] / seconds[FLOOR]
        yield row(competitor=check, seconds=seconds[check], bytes=held, ratio=ratio, more=said)


def every(args: argparse.Namespace) -> Iterator[Row]:
    """The rows of all cases."""
    for library in ("torch", "jax"):
        if find_spec(library):
            importlib.import_module(library)  # so that `threads` knows of them
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the rivals
        _warm_up()  # on all cores: JAX, begun on one, has one thread, and a callback in it waits for that thread
        for n in args.threads:
            with threads(n):
                for name, fast, point in cases(args.small):
                    if not args.only or any(word in name for word in args.only.split(",")):
                        yield from measure(name, fast, point, n, args)


def _warm_up() -> None:
    """Each check once on something small: what a library loads at its first use is not timed."""
    _, fast, point = next(cases(small=True))
    for _, call, _, _ in checks(point, fast):
        call()


def main(argv: list[str] | None = None) -> int:
    made = parser("check_cost", __doc__ or "", seconds=2.0)
    made.add_argument("--only", metavar="WORDS", help="cases with one of these words in their names")
    made.add_argument("--threads", type=int, nargs="+", default=[1], metavar="N")
    made.add_argument("--most", type=float, default=300.0, metavar="S", help="of a rival (default: %(default)s)")
    most = {"type": memory, "default": available() // 2, "metavar": "SIZE"}
    made.add_argument("--memory", **most, help="of a rival (default: half of what is free)")
    made.add_argument("--small", action="store_true", help="sizes that take no time, to try it")
    return carry_out(every, made, argv)


if __name__ == "__main__":
    sys.exit(main())

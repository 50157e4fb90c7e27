"""How gradients are checked elsewhere, on the same code: what each misses, what it refuses wrongly, and its time.

    python -m benchmarks.rivals [--json OUT] [--layers NAME,…]

* gradcheck, gradcheck fast   torch.autograd.gradcheck with its defaults, in float64
* check_grads                 jax.test_util.check_grads, reverse mode, first order, with its defaults, in float64
* assert_close                torch.testing.assert_close against the twin in float64, rounded, in each format
* CS231n                      central differences with h = 1e-5, max |a − b| / max(1e-8, |a| + |b|) ≤ 1e-4, in float64
* jacobians, points           this package's verdict at one point (`check_point`), every entry of L singly, in float64

Each is given the same implementations, the twins (correct) and their mutants (wrong, unless they compute the same
function), at the same points: every other one of the layer's whose y has at most 64 entries. A wrong implementation is
missed if no point refuses it; of our verdicts FAIL and SUSPICIOUS refuse. What is not installed is left out.

* jacobians, check            an ordinary check: all points of the layer and every contract, one verdict together

This last counts otherwise: on correct code it is run once a layer, not once a point, and it asks more than the others.
"""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from jacobians.layers import find
from jacobians.point import Point, differentiable
from jacobians.verify.at_point import check_point
from jacobians.verify.check import check
from jacobians.verify.results import Verdict
from jacobians.verify.trial import trial_points

from .corpus.equivalence import equivalent
from .corpus.mutants import mutants

LAYERS = ("linear", "relu", "sigmoid", "tanh", "softmax", "squared_error", "layer_norm", "batch_norm", "conv2d",
          "attention", "cross_entropy", "take")  # fmt: skip
REFUSED = (Verdict.FAIL, Verdict.SUSPICIOUS)
Judge = Callable[[Any, Point], bool]  # True: accepted


def gradcheck(fast_mode: bool) -> Judge:
    """torch.autograd.gradcheck of the code wrapped as an autograd.Function."""
    import torch

    def judge(fast: Any, point: Point) -> bool:
        wanted = differentiable(point.map)
        rest = {a: v for a, v in point.values.items() if a not in wanted} | point.map.settings

        class Wrapped(torch.autograd.Function):
            @staticmethod
            def forward(ctx: Any, *tensors: Any) -> Any:
                y, ctx.kept = fast.forward(
                    **dict(zip(wanted, (t.detach().numpy() for t in tensors), strict=True)), **rest
                )
                return torch.from_numpy(np.array(y))

            @staticmethod
            def backward(ctx: Any, g: Any) -> Any:
                found = fast.backward(g.numpy(), ctx.kept)
                return tuple(torch.from_numpy(np.array(found[a])) if a in found else None for a in wanted)

        tensors = [torch.tensor(point.values[a], requires_grad=True) for a in wanted]
        return torch.autograd.gradcheck(Wrapped.apply, tensors, fast_mode=fast_mode, raise_exception=False)

    return judge


def check_grads() -> Judge:
    """jax.test_util.check_grads of the code wrapped as a custom_vjp."""
    import jax
    from jax.test_util import check_grads as jax_check

    jax.config.update("jax_enable_x64", True)
    # before JAX computes anything: else a callback waits for a large argument that waits for the callback's thread
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    logging.getLogger("jax").setLevel(logging.CRITICAL)  # else each exception of code on trial is printed

    def judge(fast: Any, point: Point) -> bool:
        wanted = differentiable(point.map)
        rest = {a: v for a, v in point.values.items() if a not in wanted} | point.map.settings

        def given(arrays: Any) -> dict[str, np.ndarray]:
            return dict(zip(wanted, map(np.asarray, arrays), strict=True))

        def value(*arrays: Any) -> Any:
            shape = jax.ShapeDtypeStruct(np.shape(point.forward()), np.float64)
            return jax.pure_callback(lambda *x: np.asarray(fast.forward(**given(x), **rest)[0]), shape, *arrays)

        def gradients(arrays: Any, g: Any) -> Any:
            def call(g: Any, *x: Any) -> Any:
                found = fast.backward(np.asarray(g), fast.forward(**given(x), **rest)[1])
                return tuple(np.asarray(found.get(a, np.zeros(v.shape))) for a, v in zip(wanted, x, strict=True))

            return jax.pure_callback(call, tuple(jax.ShapeDtypeStruct(v.shape, v.dtype) for v in arrays), g, *arrays)

        wrapped = jax.custom_vjp(value)
        wrapped.defvjp(lambda *arrays: (value(*arrays), arrays), gradients)
        try:
            jax_check(wrapped, tuple(point.values[a] for a in wanted), order=1, modes=("rev",))
        except AssertionError:
            return False
        return True

    return judge


def assert_close(dtype: str, twin: Any) -> Judge:
    """torch.testing.assert_close with its defaults, against the twin in float64."""
    import torch

    def judge(fast: Any, point: Point) -> bool:
        small = {
            a: np.asarray(v).astype(dtype) if np.asarray(v).dtype.kind == "f" else v for a, v in point.values.items()
        }
        wide = {a: v.astype(np.float64) if v.dtype.kind == "f" else v for a, v in small.items()}
        y, saved = fast.forward(**small, **point.map.settings)
        g = np.random.default_rng(5).standard_normal(np.shape(y)).astype(dtype)
        got = fast.backward(g, saved)
        want = twin.backward(g.astype(np.float64), twin.forward(**wide, **point.map.settings)[1])
        try:
            for a in want:
                pair = (torch.from_numpy(np.array(v).astype(dtype)) for v in (got[a], want[a]))
                torch.testing.assert_close(*pair)
        except AssertionError:
            return False
        return True

    return judge


def cs231n() -> Judge:
    """eval_numerical_gradient_array and rel_error, as the course's notebooks use them."""

    def judge(fast: Any, point: Point) -> bool:
        y, saved = fast.forward(**point.values, **point.map.settings)
        g = np.random.default_rng(5).standard_normal(np.shape(y))
        got = fast.backward(g, saved)
        for a in differentiable(point.map):
            if a not in got:
                continue
            x, numeric = np.array(point.values[a]), np.zeros(np.shape(point.values[a]))
            for k in range(x.size):
                ends = []
                for step in (1e-5, -1e-5):
                    moved = x.copy()
                    moved.flat[k] += step
                    ends.append(fast.forward(**{**point.values, a: moved}, **point.map.settings)[0])
                numeric.flat[k] = ((ends[0] - ends[1]) * g).sum() / 2e-5
            if (np.abs(got[a] - numeric) / np.maximum(1e-8, np.abs(got[a]) + np.abs(numeric))).max(initial=0) > 1e-4:
                return False
        return True

    return judge


def ours(fast: Any, point: Point) -> bool:
    """This package's verdict at one point; what stays INCONCLUSIVE is not refused."""
    report = check_point(fast, point, singly=True)
    return report is not None and report.verdict not in REFUSED


def _judges(twin: Any) -> dict[str, Judge]:
    """Every rival that is installed, and ourselves."""
    found: dict[str, Judge] = {"jacobians, points": ours, "CS231n": cs231n()}
    for name, make in {
        "gradcheck": lambda: gradcheck(False), "gradcheck fast": lambda: gradcheck(True), "check_grads": check_grads,
        "assert_close float64": lambda: assert_close("float64", twin),
        "assert_close float32": lambda: assert_close("float32", twin),
        "assert_close float16": lambda: assert_close("float16", twin),
    }.items():  # fmt: skip
        try:
            found[name] = make()
        except ImportError:
            print(f"{name}: not installed, left out", file=sys.stderr)
    return found


def _accepts(judge: Judge, fast: Any, point: Point) -> bool:
    """Whether the code is accepted at this point; an exception refuses it."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return bool(judge(fast, point))
    except Exception:  # a rival that cannot digest the answer has refused it
        return False


def compare(name: str, most: int) -> dict[str, dict[str, float]]:
    """Counts for every rival on one layer."""
    twin, layer = importlib.import_module(f"reference.{name}"), find(name)
    points = [p for p in trial_points(layer, 0, {}) if p.forward().size <= 64][1::2]
    every = [m for _, m in mutants(twin)]
    wrong = [m for m in every[:: max(1, len(every) // most)] if not equivalent(m, twin, layer)]
    rows: dict[str, dict[str, float]] = {}
    for rival, judge in _judges(twin).items():
        started = time.perf_counter()
        refused = sum(not _accepts(judge, twin, point) for point in points)
        missed = sum(all(_accepts(judge, m, point) for point in points) for m in wrong)
        rows[rival] = {"right": len(points), "false_alarms": refused, "wrong": len(wrong), "missed": missed}
        rows[rival]["seconds"] = time.perf_counter() - started
    started = time.perf_counter()
    alarms = check(twin, layer, ("float64",), lengths=()).verdict in REFUSED
    missed = sum(check(m, layer, ("float64",), until_failure=True, lengths=()).verdict not in REFUSED for m in wrong)
    rows["jacobians, check"] = {
        "right": 1, "false_alarms": int(alarms), "wrong": len(wrong), "missed": missed,
        "seconds": time.perf_counter() - started,
    }  # fmt: skip
    return rows


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rivals", description=__doc__.splitlines()[0])
    parser.add_argument("--json", metavar="OUT")
    parser.add_argument("--layers", default=",".join(LAYERS))
    parser.add_argument("--most", type=int, default=20, help="mutants a layer (default: %(default)s)")
    args = parser.parse_args(argv)
    rows: list[dict[str, Any]] = []
    for name in args.layers.split(","):
        rows += [{"layer": name, "rival": rival, **row} for rival, row in compare(name, args.most).items()]
    print("right: runs on right code, one a point (check: one a layer); wrong: implementations, at all points each")
    print(f"{'rival':<24}{'right':>7}{'refused':>9}{'wrong':>7}{'missed':>8}{'seconds':>9}")
    for rival in dict.fromkeys(r["rival"] for r in rows):
        of = [r for r in rows if r["rival"] == rival]
        right, refused, wrong, missed = (sum(r[k] for r in of) for k in ("right", "false_alarms", "wrong", "missed"))
        print(f"{rival:<24}{right:>7}{refused:>9}{wrong:>7}{missed:>8}{sum(r['seconds'] for r in of):>9.1f}")
    if args.json:
        Path(args.json).write_text(json.dumps({"rows": rows}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

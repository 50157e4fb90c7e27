"""Every efficient twin beside PyTorch's own function and its autograd: forward and backward, large and small.

    python -m benchmarks.twins [--json OUT] [--layers NAME,…] [--dtypes float64,float32] [--numbers 300000,1000]

The peer of a layer is jacobians/torch_peers/NAME.py, where PyTorch has one. Each layer's first point that the peer
takes, in a batch of 32 where examples do not interact, is as long as it takes for so many numbers to be read and written.
Both are given the same arrays, in one process, in interleaved rounds, on the same number of threads. The floor is what
backward has to move (the arguments, g and the gradients, each once) at the bandwidth measured in the same run; small
arrays stay in the cache and may be below it.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch

from jacobians import torch_peers
from jacobians.batch import batch_of
from jacobians.layers import find, layer_names, name_of
from jacobians.point import Point, differentiable
from jacobians.timing.clock import race
from jacobians.timing.forms import in_type
from jacobians.timing.machine import bandwidth, threads
from jacobians.verify.trial import settings_for

Row = dict[str, Any]
BATCH = 32


def peer(name: str) -> ModuleType | None:
    """PyTorch's function for this layer, if it has one."""
    return torch_peers.peer(name) if name in torch_peers.peer_names() else None


def sized(name: str, theirs: ModuleType, numbers: int) -> tuple[Point, dict[str, Any]]:
    """A batched point that reads and writes about so many numbers, and its settings that the peer takes."""
    n, batch = 4, 1 if find(name).interacts else BATCH
    found, before = _point(name, theirs, n, batch), 0
    while before < (now := _numbers(found[0])) < 0.7 * numbers:
        n, before = max(n + 1, int(n * min(2.0, (numbers / now) ** 0.5))), now
        found = _point(name, theirs, n, batch)
    if now < 0.5 * numbers and batch > 1:  # this layer's examples do not grow
        found = _point(name, theirs, n, batch * numbers // now)
    return found


def _point(name: str, theirs: ModuleType, n: int, batch: int) -> tuple[Point, dict[str, Any]]:
    """The first point with settings that the peer takes, examples of it batched."""
    layer, held = find(name), getattr(theirs, "SETTINGS", {})
    for same in zip(*(layer.points(np.random.default_rng(k), n) for k in range(batch)), strict=True):
        held = {k: v for k, v in held.items() if k in same[0].map.settings}
        same = [replace(p, map=replace(p.map, **held)) for p in same]  # type: ignore[type-var]
        point = same[0] if layer.interacts else batch_of(same)
        settings = settings_for(theirs, point, layer, [], held)
        if settings is not None:
            return point, settings
    raise LookupError(f"{name}: the peer takes none of the layer's points")


def _numbers(point: Point) -> int:
    return sum(np.size(v) for v in point.values.values()) + np.size(_twin(point)[0])


def _twin(point: Point) -> Any:
    module = importlib.import_module(f"reference.{name_of(getattr(point.map, 'map', point.map))}")
    return module.forward(**point.values, **point.map.settings)


def measure(name: str, theirs: ModuleType, dtype: str, numbers: int, seconds: float, band: float) -> Iterator[Row]:
    """A row for forward and one for backward."""
    point, settings = sized(name, theirs, numbers)
    point, twin = in_type(point, dtype), importlib.import_module(f"reference.{name}")
    y, saved = twin.forward(**point.values, **point.map.settings)
    g = np.random.default_rng(1).standard_normal(np.shape(y)).astype(dtype)
    given = {a: torch.tensor(np.asarray(v)) for a, v in point.values.items()}
    leaves = [
        given[a].requires_grad_() for a in differentiable(point.map) if a not in getattr(theirs, "NO_GRADIENT", ())
    ]
    Y, G = theirs.forward(**given, **settings), torch.tensor(g)
    G = G.reshape(Y.shape)
    calls = {
        "forward": (
            lambda: twin.forward(**point.values, **point.map.settings),
            lambda: theirs.forward(**given, **settings),
        ),
        "backward": (
            lambda: twin.backward(g, saved),
            lambda: torch.autograd.grad(Y, leaves, G, retain_graph=True, allow_unused=True),
        ),
    }
    arrays = [np.asarray(v) for v in point.values.values()]
    gradients = [d for d in twin.backward(g, saved).values() if d is not None]
    moved = {"forward": [*arrays, y], "backward": [*arrays, g, *gradients]}
    for what, (ours, torchs) in calls.items():
        timed = race({"ours": ours, "PyTorch eager": torchs}, seconds)
        least = sum(v.nbytes for v in moved[what])
        yield {
            "benchmark": "twins",
            "competitor": "ours",
            "layer": name,
            "what": what,
            "shapes": {a: list(np.shape(v)) for a, v in point.values.items()},
            "numbers": _numbers(point),
            "dtype": dtype,
            "seconds": timed["ours"].median,
            "spread": timed["ours"].spread,
            "torch_seconds": timed["PyTorch eager"].median,
            "ratio": timed["ours"].median / timed["PyTorch eager"].median,
            "ratio_fastest": timed["ours"].fastest / timed["PyTorch eager"].fastest,
            "bytes": least,
            "floor": "moving them once",
            "floor_seconds": least / band,
        }


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.twins", description=__doc__.splitlines()[0])
    parser.add_argument("--json", metavar="OUT")
    parser.add_argument("--layers", help="comma-separated (default: every layer that PyTorch has)")
    parser.add_argument("--dtypes", default="float64,float32")
    parser.add_argument("--numbers", default="300000,1000", help="read and written (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0.1, help="for each race (default: %(default)s)")
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)
    peers = {k: found for k in (args.layers.split(",") if args.layers else layer_names()) if (found := peer(k))}
    rows: list[Row] = []
    interrupted = False
    try:
        with threads(args.threads):
            band = bandwidth()
            for numbers, (name, theirs), dtype in product(
                map(int, args.numbers.split(",")), peers.items(), args.dtypes.split(",")
            ):
                for row in measure(name, theirs, dtype, numbers, args.seconds, band):
                    rows.append(row | {"threads": args.threads})
                    where = f"{name} {row['what']}, {dtype}, {row['numbers']:,} numbers"
                    print(
                        f"{where:<64}{row['seconds'] * 1e6:>10.1f} µs{row['ratio']:>8.2f} × PyTorch, fastest "
                        f"{row['ratio_fastest']:>5.2f}, {row['seconds'] / row['floor_seconds']:>6.1f} × floor",
                        flush=True,
                    )
    except KeyboardInterrupt:
        interrupted = True
    if args.json:
        text = json.dumps({"interrupted": interrupted, "bandwidth": band, "rows": rows}, indent=1)
        Path(args.json).write_text(text + "\n", encoding="utf-8")
    return 130 if interrupted else 0


if __name__ == "__main__":
    sys.exit(main())

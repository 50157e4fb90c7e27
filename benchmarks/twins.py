"""Every efficient twin beside PyTorch's own function and its autograd: forward and backward, large and small.

    python -m benchmarks.twins [--json OUT] [--layers NAME,…] [--dtypes float64,float32] [--numbers 300000,1000]

A layer's peer is jacobians/torch_peers/NAME.py, where PyTorch has one. The layer's first point that the peer takes, in
a batch of 32 where examples do not interact, is made as long as it takes for so many numbers to be read and written.
Both are given the same arrays, in one process, in interleaved rounds, on the same number of threads. First y and every
gradient are compared, entry for entry; a twin that computes anything else than PyTorch is not timed. Beside the ratio
to PyTorch stands what says why a twin is slower where it is: how many passes over an array of the size of g its time is
worth (PyTorch makes a chain of pointwise operations in one, NumPy each in its own), and whether PyTorch gives g itself
or a view of it, where a twin has to copy. Bytes: the arguments, g and the gradients, each once.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from types import ModuleType
from typing import Any

import numpy as np
import torch

from jacobians.batch import batch_of
from jacobians.layers import find, name_of
from jacobians.point import Point, differentiable
from jacobians.timing.clock import race
from jacobians.timing.forms import in_type
from jacobians.timing.machine import threads
from jacobians.torch_peers import peer, peer_names
from jacobians.verify.trial import settings_for

from .agree import differing
from .rows import Row, carry_out, parser

BATCH = 32


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


def measure(name: str, dtype: str, numbers: int, args: argparse.Namespace) -> Iterator[Row]:
    """A row for forward and one for backward."""
    theirs = peer(name)
    point, settings = sized(name, theirs, numbers)
    point, twin = in_type(point, dtype), importlib.import_module(f"reference.{name}")
    y, saved = twin.forward(**point.values, **point.map.settings)
    g = np.random.default_rng(1).standard_normal(np.shape(y)).astype(dtype)
    given = {a: torch.tensor(np.asarray(v)) for a, v in point.values.items()}
    without = getattr(theirs, "NO_GRADIENT", ())
    leaves = {a: given[a].requires_grad_() for a in differentiable(point.map) if a not in without}
    Y, G = theirs.forward(**given, **settings), torch.tensor(g)
    size = f"{_numbers(point):,} numbers"
    if why := _differs(Y, G, leaves, y, twin.backward(g, saved)):
        for what in ("forward", "backward"):
            more = {"layer": name, "what": what, "why": f"not PyTorch's: {why}"}
            yield Row("twins", "ours", f"{name} {what}, {size}", dtype, args.threads, None, more=more)
        return
    G, wanted = G.reshape(Y.shape), list(leaves.values())
    calls = {
        "forward": (
            lambda: twin.forward(**point.values, **point.map.settings),
            lambda: theirs.forward(**given, **settings),
        ),
        "backward": (
            lambda: twin.backward(g, saved),
            lambda: torch.autograd.grad(Y, wanted, G, retain_graph=True, allow_unused=True),
        ),
    }
    arrays = [np.asarray(v) for v in point.values.values()]
    gradients = [d for d in twin.backward(g, saved).values() if d is not None]
    moved = {"forward": [*arrays, y], "backward": [*arrays, g, *gradients]}
    wide = np.ones(max(v.size for v in (g, *gradients)), dtype)
    room, view = np.empty_like(wide), any(_same_memory(G, d) for d in calls["backward"][1]() if d is not None)
    for what, (ours, torchs) in calls.items():
        contestants = {"ours": ours, "PyTorch eager": torchs, "pass": lambda: np.multiply(wide, wide, out=room)}
        timed = race(contestants, args.seconds)
        us, them = timed["ours"], timed["PyTorch eager"]
        more = {
            "layer": name,
            "what": what,
            "shapes": {a: list(np.shape(v)) for a, v in point.values.items()},
            "numbers": _numbers(point),
            "spread": us.spread,
            "floor_seconds": them.median,
            "ratio_fastest": us.fastest / them.fastest,
            "passes": us.median / timed["pass"].median,
            "torch_gives_a_view": view and what == "backward",
        }
        least, ratio = sum(v.nbytes for v in moved[what]), us.median / them.median
        where = f"{name} {what}, {size}"
        yield Row("twins", "ours", where, dtype, args.threads, us.median, least, "PyTorch eager", ratio, more)


def _differs(
    Y: torch.Tensor, g: torch.Tensor, leaves: dict[str, torch.Tensor], y: np.ndarray, gradients: dict[str, Any]
) -> str:
    """'' where y and the gradients are PyTorch's but for rounding, else which of them is not."""
    if said := differing({"y": y}, {"y": Y.detach()}):
        return said
    found = torch.autograd.grad(Y, list(leaves.values()), g.reshape(Y.shape), retain_graph=True, allow_unused=True)
    theirs = {f"∂J/∂{a}": d for a, d in zip(leaves, found, strict=True) if d is not None}
    return differing({f"∂J/∂{a}": d for a, d in gradients.items()}, theirs)


def _same_memory(a: torch.Tensor, b: torch.Tensor) -> bool:
    return a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()


def every(args: argparse.Namespace) -> Iterator[Row]:
    """All rows; at the end, the backwards that took longer than PyTorch's, with what says why."""
    torch.set_num_threads(args.threads)
    names = args.layers.split(",") if args.layers else peer_names()
    rows: list[Row] = []
    with threads(args.threads):
        for numbers, name, dtype in product(map(int, args.numbers.split(",")), names, args.dtypes.split(",")):
            for row in measure(name, dtype, numbers, args):
                rows.append(row)
                yield row
    print(slower([row for row in rows if row.more["what"] == "backward" and row.seconds is not None]))


def slower(rows: list[Row]) -> str:
    """The rows that took longer than PyTorch's, the worst first."""
    found = sorted((row for row in rows if (row.ratio or 0) > 1), key=lambda row: -(row.ratio or 0))
    lines = [
        f"{row.size:<48} {row.dtype:<8}{row.ratio:>7.2f} × PyTorch, fastest {row.more['ratio_fastest']:>5.2f}, "
        f"{row.more['passes']:>6.1f} passes" + (", PyTorch: a view" if row.more["torch_gives_a_view"] else "")
        for row in found
    ]
    return "\n".join([f"slower than PyTorch: {len(found)} of {len(rows)} backwards", *lines])


def main(argv: list[str] | None = None) -> int:
    made = parser("twins", __doc__ or "", seconds=0.1)
    made.add_argument("--layers", help="comma-separated (default: every layer that PyTorch has)")
    made.add_argument("--dtypes", default="float64,float32")
    made.add_argument("--numbers", default="300000,1000", help="read and written (default: %(default)s)")
    made.add_argument("--threads", type=int, default=1)
    return carry_out(every, made, argv)


if __name__ == "__main__":
    sys.exit(main())

"""The bench: dense, sparse and fused, build L and multiply g·L apart, over sizes, batches, types and threads.

A backward that has not just passed its check is not timed.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

import numpy as np

from ..batch import batch_of
from ..errors import JacobiansError
from ..layers import find
from ..point import Point, differentiable
from ..verify.check import check
from ..verify.results import Verdict
from .clock import peak_memory, race
from .forms import Contestant, contestants, in_type
from .machine import bandwidth, product_peak, threads

Say = Callable[[str], None]


class NotRight(JacobiansError):
    """Code that fails its check is not timed."""


@dataclass(frozen=True)
class Row:
    """One measurement.

    Attributes:
        layer, size, batch, dtype, threads: what was timed; `size` is n of the layer's points.
        form: "dense", "sparse", "fused"; what: "build" L or "multiply" g·L.
        seconds: median; fastest: of all rounds; spread: half the distance of the quartiles, as a share of the median.
        bytes: the least that has to be moved; peak: bytes allocated at most in one call.
        entries, nonzero: of all L^a together.
        of_bandwidth: share of the bandwidth that one core was measured to have, of_peak of the largest product's speed.
    """

    layer: str
    size: int
    batch: int
    dtype: str
    threads: int
    form: str
    what: str
    seconds: float
    fastest: float
    spread: float
    bytes: int
    peak: int
    entries: int
    nonzero: int
    of_bandwidth: float
    of_peak: float


@dataclass(frozen=True)
class Sweep:
    """What to run over."""

    sizes: Sequence[int]
    batches: Sequence[int]
    dtypes: Sequence[str]
    threads: Sequence[int]
    seconds: float = 0.3  # for each race
    seed: int = 0


def bench(name: str, sweep: Sweep, say: Say = lambda text: None) -> Iterator[list[Row]]:
    """The rows of one layer, those of one point together, as they are measured.

    Args:
        name: of a layer that has a twin.
        say: told what is being timed.

    Raises:
        NotRight: the twin fails its check.
        UnknownName: no such layer, or threadpoolctl is not installed.
    """
    layer, twin = find(name), importlib.import_module(f"reference.{name}")
    for dtype in sweep.dtypes:
        report = check(twin, layer, (dtype,), lengths=())
        if report.verdict is not Verdict.PASS:
            raise NotRight(f"{name} in {dtype} is {report.verdict}, and code that is not right is not timed")
    for n in sweep.threads:
        with threads(n):
            floors = {dtype: (bandwidth(), product_peak(dtype)) for dtype in sweep.dtypes}
            for size, batch, dtype in product(sweep.sizes, sweep.batches, sweep.dtypes):
                say(f"{name}: {size} long, batch of {batch}, {dtype}, {n} thread{'s' if n > 1 else ''}")
                point = in_type(_point(layer, size, batch, sweep.seed), dtype)
                where = (name, size, batch, dtype, n, point)
                yield [_row(*where, one, timed, *floors[dtype]) for one, timed in _timed(point, twin, sweep)]


def _point(layer: Any, size: int, batch: int, seed: int) -> Point:
    points = [next(iter(layer.points(np.random.default_rng([seed, k]), size))) for k in range(batch)]
    return points[0] if layer.interacts else batch_of(points)


def _timed(point: Point, twin: Any, sweep: Sweep) -> Iterator[tuple[Contestant, Any]]:
    y = np.asarray(point.forward())
    g = np.random.default_rng([sweep.seed, 1]).standard_normal(y.shape).astype(y.dtype)
    every = {(one.form, one.what): one for one in contestants(point, twin, g)}
    found = race({f"{form} {what}": one.call for (form, what), one in every.items()}, sweep.seconds, sweep.seed)
    for (form, what), one in every.items():
        yield one, found[f"{form} {what}"]


def _row(
    name: str,
    size: int,
    batch: int,
    dtype: str,
    n: int,
    point: Point,
    one: Contestant,
    timed: Any,
    band: float,
    peak: float,
) -> Row:
    Ls = [point.L(a) for a in differentiable(point.map)]
    entries = sum(L.shape[0] * L.shape[1] for L in Ls)
    nonzero = sum(int(np.count_nonzero(L.data if hasattr(L, "nnz") else L)) for L in Ls)
    return Row(
        name, size, batch, dtype, n, one.form, one.what, timed.median, timed.fastest, timed.spread, one.bytes,
        peak_memory(one.call), entries, nonzero, one.bytes / timed.fastest / band, one.flops / timed.fastest / peak,
    )  # fmt: skip


def to_json(rows: list[Row], interrupted: bool) -> dict[str, Any]:
    """All rows as plain data."""
    return {"schema": 1, "interrupted": interrupted, "rows": [asdict(row) for row in rows]}

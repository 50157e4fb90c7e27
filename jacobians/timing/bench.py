"""The bench: dense, sparse and fused, build L and multiply g·L apart, over sizes, batches, types and threads.

Other people's libraries (peers/) run the fused form in the same rounds.

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
from .entrants import entrants
from .forms import contestants, in_type
from .machine import bandwidth, product_peak, threads
from .peers import Peer

Say = Callable[[str], None]


def _silent(text: str) -> None:
    pass


class NotRight(JacobiansError):
    """Code that fails its check is not timed."""


@dataclass(frozen=True)
class Row:
    """One measurement.

    Attributes:
        layer, size, batch, dtype, threads: what was timed; `size` is n of the layer's points.
        form: "dense", "sparse", "fused", or the name of a peer; what: "build" L or "multiply" g·L.
        seconds: median; fastest: of all rounds; spread: half the distance of the quartiles, as a share of the median.
        bytes: the least that has to be moved; flops: floating-point operations.
        peak: bytes allocated at most in one call; None of a peer, which does not tell.
        entries, nonzero: of all L^a together.
        bandwidth, product: bytes a second that so many threads copy, and flops a second of a large product on as many.
        of_bandwidth, of_peak: the shares of these that were reached.
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
    flops: int
    peak: int | None
    entries: int
    nonzero: int
    bandwidth: float
    product: float
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
    peers: Sequence[str] = ()  # by name (peers/)


def bench(name: str, sweep: Sweep, say: Say = _silent, note: Say = _silent) -> Iterator[list[Row]]:
    """The rows of one layer, those of one point together, as they are measured.

    Args:
        name: of a layer that has a twin.
        say: told what is being timed; note: told which peer, or which point, is left out, and why.

    Raises:
        NotRight: the twin fails its check.
        UnknownName: no such layer, or threadpoolctl is not installed.
    """
    layer, twin = find(name), importlib.import_module(f"reference.{name}")
    for dtype in sweep.dtypes:
        report = check(twin, layer, (dtype,), lengths=())
        if report.verdict is not Verdict.PASS:
            raise NotRight(f"{name} in {dtype} is {report.verdict}, and code that is not right is not timed")
    peers = {dtype: list(entrants(sweep.peers, name, layer, dtype, note)) for dtype in sweep.dtypes}
    for n in sweep.threads:
        with threads(n):
            floors = {dtype: (bandwidth(n), product_peak(dtype)) for dtype in sweep.dtypes}
            for size, batch, dtype in product(sweep.sizes, sweep.batches, sweep.dtypes):
                what = f"{name}: {size} long, batch of {batch}, {dtype}"
                say(f"{what}, {n} thread{'s' if n > 1 else ''}")
                try:
                    point = in_type(_point(layer, size, batch, sweep.seed), dtype)
                    where = (name, size, batch, dtype, n)
                    yield list(_rows(where, point, twin, peers[dtype], floors[dtype], sweep))
                except MemoryError as error:  # TooLarge, or what NumPy says of arrays for which there is no room
                    note(f"{what}: left out: {error}")


def _point(layer: Any, size: int, batch: int, seed: int) -> Point:
    points = [next(iter(layer.points(np.random.default_rng([seed, k]), size))) for k in range(batch)]
    return points[0] if layer.interacts else batch_of(points)


def _rows(
    where: tuple[str, int, int, str, int],
    point: Point,
    twin: Any,
    peers: list[tuple[str, Peer]],
    floors: tuple[float, float],
    sweep: Sweep,
) -> Iterator[Row]:
    """Every form of one point, in one race."""
    y = np.asarray(point.forward())
    g = np.random.default_rng([sweep.seed, 1]).standard_normal(y.shape).astype(y.dtype)
    Ls = {a: point.L(a) for a in differentiable(point.map)}
    entries = sum(L.shape[0] * L.shape[1] for L in Ls.values())
    nonzero = sum(int(np.count_nonzero(L.data if hasattr(L, "nnz") else L)) for L in Ls.values())
    every = {f"{one.form} {one.what}": one for one in contestants(point, twin, g, Ls, peers)}
    found = race({name: one.call for name, one in every.items()}, sweep.seconds, sweep.seed)
    for name, one in every.items():
        timed, peak = found[name], peak_memory(one.call) if one.traced else None
        shares = (one.bytes / timed.fastest / floors[0], one.flops / timed.fastest / floors[1])
        yield Row(
            *where, one.form, one.what, timed.median, timed.fastest, timed.spread, one.bytes, one.flops, peak,
            entries, nonzero, *floors, *shares,
        )  # fmt: skip


def to_json(rows: list[Row], interrupted: bool, left_out: Sequence[str] = ()) -> dict[str, Any]:
    """All rows as plain data, and what was left out."""
    return {
        "schema": 1,
        "interrupted": interrupted,
        "left_out": list(left_out),
        "rows": [asdict(row) for row in rows],
    }

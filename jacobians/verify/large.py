"""check_large: code at one large point, judged entry by entry against a product whose L is never there as a whole.

The code's forward and backward run once on the whole arrays. L, with the bound of every entry, is evaluated block of
rows by block of rows (blockwise.py); what goes into the tolerance of a gradient's entry is summed over all blocks
(strips.py), so that n in γ_n is the number of all its terms. Nothing is sampled: every entry of every L goes by, and
every entry of y and of every gradient is judged. But no entry of L is exposed by itself, as in `check`, g being
random; contracts are not tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from ..batch import Batch
from ..blockwise import Plan, Stored
from ..blockwise import plan as plan_blocks
from ..cut import Index, Piece, place
from ..errors import TooLarge
from ..layer import Layer
from ..layers import name_of
from ..memory import amount
from ..point import Point, differentiable
from .bound import Bounds, Judged, Sums
from .claim import FORWARD, Claim, Questions
from .decide import decide
from .diagnosis import Asked
from .door import Broken
from .examine import Trial
from .formats import Format, get_format
from .results import Interrupted, Report, Result, Verdict, unfinished
from .strips import Strip, Strips
from .suspects import Suspects
from .trial import rounded, settings_for

Progress = Callable[[str], None]
_MOST = 1 << 14  # entries of a gradient that are compared at a time
_COMPARING = 256 * _MOST  # bytes that this takes


@dataclass(frozen=True)
class _Run(Questions):
    """A run of entries of y or of an argument, counted row by row in a part of it."""

    region: Index = ()
    shape: tuple[int, ...] = ()  # of that part
    start: int = 0
    whole: bool = False

    def place(self, entry: tuple[int, ...]) -> tuple[int, ...]:
        at = np.unravel_index(self.start + entry[0], self.shape) if self.shape else ()
        return place(self.region, tuple(int(k) for k in at))

    def places(self, n: int) -> tuple[np.ndarray, ...]:
        """Along each axis of the whole argument, the index of each of n entries."""
        at = np.unravel_index(np.arange(self.start, self.start + n), self.shape) if self.shape else ()
        return place(self.region, at)  # type: ignore[arg-type,return-value]

    @property
    def exact(self) -> bool:
        return self.whole


def plan_check(point: Point, format: Format, memory: int) -> Plan:
    """How a point is cut for a check in this format; what is summed over the blocks has its part of the memory.

    Raises:
        TooLarge: as of blockwise.plan; or what is summed takes more.
    """
    readings = format.readings()

    def examine(piece: Piece) -> Stored:
        g, stored = np.ones(np.shape(piece.point.forward())), Stored()
        for reading in readings:
            bounds = Bounds(piece.point, reading)
            bounds.forward()
            for *_, found in _blocks(bounds, g):
                stored += found if reading is readings[0] else Stored()
        return stored

    found = plan_blocks(point, memory, examine)
    while (held := Strips(point, found, len(readings)).most_held + _COMPARING) + found.peak > memory:
        try:  # smaller blocks have smaller strips, where they share no column
            found = plan_blocks(point, found.peak // 2, examine)
        except TooLarge:
            raise TooLarge(
                f"{point.map!r}: the sums over all blocks, with what bounds them, take {amount(held)} for these "
                f"arguments, and --memory allows {amount(memory)}: allow more"
            ) from None
    return found


def exact_there(plan: Plan, point: Point) -> bool:
    """Whether the first block of a point that is cut in this way needs no rounding in float64."""
    piece = next(plan.pieces(point))
    with np.errstate(all="ignore"):  # the layer may not be defined at whole numbers
        finite = bool(np.isfinite(piece.point.forward()).all())
    return finite and Bounds(piece.point, get_format("float64")).exact


def check_large(
    fast: Any,
    layer: type[Layer],
    draws: Iterable[Callable[[], Point]],
    plans: dict[str, Plan],
    seed: int = 0,
    settings: dict[str, Any] | None = None,
    progress: Progress = lambda text: None,
) -> Report:
    """Check fast code at large points.

    Args:
        fast, layer: as of `check`.
        draws: make the points, all of the same shapes: one after the other, as each may be large.
        plans: how the point is cut (plan_check) for each format, by name.
        seed: of g.
        settings: settings of the layer that were held fixed.
        progress: called with a few words now and then.

    Raises:
        Interrupted: Ctrl-C, a KeyboardInterrupt whose `report` is what was found by then.
    """
    results: list[Result] = []
    notes: list[str] = []
    for name, plan in plans.items():
        checks = _Checks(fast, layer, get_format(name), seed, settings or {}, progress)
        try:
            for draw in draws:
                checks.at(rounded(draw(), checks.format), plan, notes)
        except KeyboardInterrupt:
            results += unfinished(checks.results(), f"interrupted after {checks.blocks:,} blocks of rows")
            raise Interrupted(Report(results, seed, list(dict.fromkeys(notes)), interrupted=True)) from None
        results += checks.results()
        notes.append(f"{name}: {checks.said}")
    return Report(results, seed, list(dict.fromkeys(notes)))


class _Checks:
    """All points in one format."""

    def __init__(
        self, fast: Any, layer: type[Layer], format: Format, seed: int, settings: dict[str, Any], progress: Progress
    ):
        self.fast, self.layer, self.format, self.seed = fast, layer, format, seed
        self.settings, self.progress = settings, progress
        self.claims: dict[str, list[Claim]] = {}
        self.suspects: dict[str, Suspects] = {}
        self.broken: dict[tuple[str, str], Result] = {}
        self.stored, self.blocks = Stored(), 0

    def at(self, point: Point | None, plan: Plan, notes: list[str]) -> None:
        """Check at one point, None if it lies beyond the format's reach; what the code cannot be asked is noted."""
        if point is None or not self.format.reaches(point.forward()):
            notes.append(f"{self.format.name}: a point with numbers beyond its reach was left out")
            return
        passed = settings_for(self.fast, point, self.layer, notes, self.settings)
        if passed is None:
            return
        for a in (FORWARD, *differentiable(point.map)):
            self.claims.setdefault(a, [Claim(a, reading) for reading in self.format.readings()])
            self.suspects.setdefault(a, Suspects())
        trial = Trial(self.fast, self.layer, point, self.format, passed, self.seed)
        g = self.format.round(_upstream(point, plan.shape, self.seed))
        faults: list[Broken] = []
        try:
            answer = trial.ask(g, plan.shape)
            check = _Check(trial, plan, self.claims, self.suspects, self.progress)
            try:
                self.stored += check.compare(g, answer.y, answer.gradients)
            finally:
                self.blocks += check.blocks
            faults = answer.faults
        except Broken as fault:
            faults = [fault]
        for fault in faults:
            text = f"{fault.text}, at the point {point.name!r}"
            row = Result(
                name_of(self.layer), fault.argument, fault.claim, self.format.name, Verdict.FAIL, None, None, text
            )
            self.broken.setdefault((fault.claim, fault.argument), row)

    def results(self) -> list[Result]:
        known = self.suspects
        seen = {a: c for a, c in self.claims.items() if c[0].compared or not (self.broken or a in self.layer.optional)}
        found = [decide(c, name_of(self.layer), lambda _, a=a: known[a].diagnosis()) for a, c in seen.items()]
        return [*found, *self.broken.values()]

    @property
    def said(self) -> str:
        size = f"{self.stored.entries:,} entries of L, {amount(self.stored.bytes)}"
        return f"{size}, made and multiplied in {self.blocks:,} blocks of rows; g is random: none is exposed by itself"


@dataclass
class _Check:
    """One point in one format."""

    trial: Trial
    plan: Plan
    claims: dict[str, list[Claim]]
    suspects: dict[str, Suspects]
    progress: Progress
    blocks: int = 0

    def compare(self, g: np.ndarray, y: np.ndarray, gradients: dict[str, np.ndarray]) -> Stored:
        """Let all blocks go by, and compare; what their L took."""
        readings = self.trial.format.readings()
        strips, done, taken = Strips(self.trial.point, self.plan, len(readings)), 0, Stored()
        for k, piece in enumerate(self.plan.pieces(self.trial.point)):
            upstream = piece.upstream(g)
            for r, reading in enumerate(readings):
                bounds = Bounds(piece.point, reading)
                self._see_forward(r, piece, bounds, y)
                for a, sums, looser, stored in _blocks(bounds, upstream):
                    strips.of(a, k).add(r, piece.where(a), sums, looser)
                    taken += stored if r == 0 else Stored()
            for a, strip in strips.complete(k):
                if a in gradients:
                    self._see(a, strip, gradients[a])
            self.blocks, done = k + 1, done + piece.size
            self.progress(f"{self.trial.format.name} {self.trial.point.name}: {done:,} of {y.size:,} rows of L")
        return taken

    def _see_forward(self, reading: int, piece: Piece, bounds: Bounds, y: np.ndarray) -> None:
        judged, got = bounds.forward(), y[piece.y]

        def row(part: np.ndarray) -> np.ndarray:
            return np.reshape(piece.within(part), (1, -1))

        def looser() -> np.ndarray | None:
            return None if judged.looser is None else row(judged.looser)

        asked = self._run(piece.y, np.shape(got), 0, bounds.exact)
        of_piece = Judged(row(judged.want), row(judged.tolerance), looser)
        self.claims[FORWARD][reading].see(of_piece, np.reshape(got, (1, -1)), asked)

    def _see(self, a: str, strip: Strip, gradient: np.ndarray) -> None:
        """Judge a strip that is complete, some entries at a time."""
        got, n = np.reshape(gradient[strip.region], (1, -1)), prod(strip.shape)
        map, square = self.trial.point.map, gradient.ndim > 1 and gradient.shape[-1] == gradient.shape[-2]
        across = np.reshape(np.swapaxes(gradient, -1, -2)[strip.region], (1, -1)) if square else None
        batch = self.plan.shape[0] if isinstance(map, Batch) and a in map.shared else None
        for start in range(0, n, _MOST):
            run = slice(start, min(start + _MOST, n))
            asked = self._run(strip.region, strip.shape, start, strip.exact)
            judged = [strip.judged(r, claim.reading, run) for r, claim in enumerate(self.claims[a])]
            for claim, one in zip(self.claims[a], judged, strict=True):
                claim.see(one, got[:, run], asked)
            loosest, u = judged[-1], self.trial.format.u
            slack = loosest.tolerance if loosest.looser is None else np.maximum(loosest.tolerance, loosest.looser)
            answers = Asked(np.zeros((1, 0)), loosest.want, got[:, run], slack, batch, u, 1, {})
            other = None if across is None else across[:, run]
            self.suspects[a].see(answers, asked.places(run.stop - start), other)

    @cached_property
    def _light(self) -> Trial:
        """The trial as claims keep it: a large point's values are not kept beyond their time, only their shapes."""
        point = self.trial.point
        if sum(np.size(v) for v in point.values.values()) <= _MOST:
            return self.trial
        shapes = {a: np.broadcast_to(np.zeros(1), np.shape(v)) for a, v in point.values.items()}
        return replace(self.trial, point=replace(point, values=shapes))

    def _run(self, region: Index, shape: tuple[int, ...], start: int, whole: bool) -> _Run:
        none = np.zeros((1, 0))
        return _Run(self._light, [], none, False, None, None, "g", region, shape, start, whole)


def _blocks(bounds: Bounds, g: np.ndarray) -> Iterator[tuple[str, Sums, np.ndarray | None, Stored]]:
    """For each argument what g · L^a of one block adds, |g|E' of (3) in bound.py, and what this L takes."""
    G = np.reshape(g, (1, -1))
    for a in differentiable(bounds.point.map):
        known = bounds.jacobian(a)
        yield a, known.sums(G), known.lost_from_output(G), Stored.of(known.L)


def _upstream(point: Point, shape: tuple[int, ...], seed: int) -> np.ndarray:
    """g: whole where all of the point's data is, so that right code is exact."""
    rng, data = np.random.default_rng([seed, 1]), [np.asarray(v) for v in point.values.values()]
    if all((v == np.rint(v)).all() for v in data if v.dtype.kind == "f"):
        return rng.choice([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0], shape)
    return rng.standard_normal(shape)

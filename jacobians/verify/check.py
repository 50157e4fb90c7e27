"""check: does fast code compute g · L for this layer, at every point, for every probe, in every format asked?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from ..batch import Batch, batch_of
from ..errors import names
from ..layer import Layer
from ..layers import name_of
from ..point import Point, differentiable
from .bound import Judged, bounded_forward, bounded_jacobians
from .claim import Claim, Questions
from .door import Broken, Door, parameters
from .formats import Format, get_format
from .probes import probes
from .results import Report, Result, Verdict

SIZE = 5  # n of `points`: small enough that every entry of L is exposed, and no shape is square
BATCHES = (1, 3)
Progress = Callable[[str], None]


def check(
    fast: Any,
    layer: type[Layer],
    formats: tuple[str, ...] = ("float64", "float32"),
    seed: int = 0,
    settings: dict[str, Any] | None = None,
    progress: Progress = lambda text: None,
) -> Report:
    """Check fast code against the explicit Jacobians of a layer.

    Args:
        fast: a module or object with `forward` and `backward` (see door.py).
        layer: the layer class whose L is the truth.
        formats: names of floating-point formats the code is tried in.
        seed: of the points and probes; the same seed asks the same questions.
        settings: settings of the layer held fixed ({"at_zero": 0.0}); a convention not held fixed is found out.
        progress: called with a word now and then.

    Returns:
        A Report: one result for forward and one for each gradient, per format, and one for each broken contract.
    """
    fixed = dict(settings or {})
    first: Report | None = None
    for chosen in _conventions(layer, fixed):
        report = _check_once(fast, layer, formats, seed, fixed | chosen, progress)
        if report.verdict is not Verdict.FAIL and first is None:
            return report
        if report.verdict is not Verdict.FAIL:
            said = ", ".join(f"{k} = {v:g}" for k, v in chosen.items())
            usual = ", ".join(f"{layer.__name__}() has {getattr(layer, k):g}" for k in chosen)
            note = f"convention: {said} ({usual}); a matter of choice, not a mistake"
            return replace(report, notes=[note, *report.notes])
        first = first or report
    assert first is not None
    return first


def _conventions(layer: type[Layer], fixed: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The layer's own conventions first, then the other usual ones."""
    free = {k: v for k, v in layer.conventions.items() if k not in fixed}
    yield {}
    for values in product(*free.values()):
        chosen = dict(zip(free, values, strict=True))
        if any(v != getattr(layer, k) for k, v in chosen.items()):
            yield chosen


def _check_once(
    fast: Any, layer: type[Layer], formats: tuple[str, ...], seed: int, settings: dict[str, Any], progress: Progress
) -> Report:
    results: list[Result] = []
    notes: list[str] = []
    for name in formats:
        format = get_format(name)
        points = list(trial_points(layer, seed, settings))
        claims = {a: Claim(a) for p in points for a in ("y", *differentiable(p.map))}
        broken: dict[tuple[str, str], Result] = {}
        for point in points:
            progress(f"{name_of(layer)} {name} {point.name}")
            passed = _settings_for(fast, point, layer, notes)
            if passed is None:
                continue
            try:
                faults = _examine_point(fast, layer, point, format, passed, claims, seed)
            except Broken as fault:
                faults = [fault]
            for fault in faults:
                broken.setdefault((fault.claim, fault.argument), _row(fault, layer, name, point))
        results += [c.result(name_of(layer), name) for c in claims.values() if c.compared or not (broken or c.argument in layer.optional)]
        results += broken.values()
    return Report(results, seed, list(dict.fromkeys(notes)))


def _row(fault: Broken, layer: type[Layer], format: str, point: Point) -> Result:
    where = f"at the point {point.name!r}"
    return Result(
        name_of(layer), fault.argument, fault.claim, format, Verdict.FAIL, None, where, f"{fault.text}, {where}"
    )


def trial_points(layer: type[Layer], seed: int, settings: dict[str, Any]) -> Iterator[Point]:
    """The layer's points with these settings, as batches of every size in BATCHES (as they are, where examples interact)."""
    rngs = [np.random.default_rng([seed, k]) for k in range(max(BATCHES))]
    draws = [[_with(p, settings) for p in layer.points(rng, SIZE)] for rng in rngs]
    for same in zip(*draws, strict=True):
        if layer.interacts:
            yield same[0]
        else:
            yield from (batch_of(list(same[:size])) for size in BATCHES)


def _with(point: Point, settings: dict[str, Any]) -> Point:
    return replace(point, map=replace(point.map, **settings)) if settings else point  # type: ignore[type-var]


def _settings_for(fast: Any, point: Point, layer: type[Layer], notes: list[str]) -> dict[str, Any] | None:
    """The settings to call forward with; None where the point needs one that this code does not take."""
    accepted = parameters(fast.forward)
    wanted = point.map.settings
    if accepted is None:
        return wanted
    untaken = {k: v for k, v in wanted.items() if k not in accepted}
    needed = [k for k, v in untaken.items() if v != getattr(layer, k) and k not in layer.conventions]
    if needed:
        notes.append(f"forward takes no {names(needed)}: points with other than the default were left out")
        return None
    return {k: v for k, v in wanted.items() if k in accepted}


def _examine_point(
    fast: Any, layer: type[Layer], point: Point, format: Format, settings: dict[str, Any], claims: dict[str, Claim], seed: int
) -> list[Broken]:
    """Put every probe to the code at one point; numbers go to the claims, broken contracts come back."""
    rounded = {a: format.round(v) if np.asarray(v).dtype.kind == "f" else np.asarray(v) for a, v in point.values.items()}
    point = replace(point, values=rounded)
    want_y = bounded_forward(point, format)
    if not np.isfinite(want_y.want).all() or np.abs(want_y.want).max(initial=0) > format.huge:
        return []  # beyond the format's reach: nothing can be asked here
    bounded = bounded_jacobians(point, format)
    shape = np.shape(want_y.want)
    door = Door(fast, format, {a: a not in layer.optional for a in bounded})
    shared = point.map.shared if isinstance(point.map, Batch) else ()
    rng = np.random.default_rng([seed, 1])
    asked = list(probes([b.L for b in bounded.values()], rng))
    G = format.round(np.stack([p.g for p in asked]))
    answers = [door.ask(rounded, settings, g, shape) for g in G]
    questions = Questions(point, asked, G.reshape(len(G), *shape))
    claims["y"].see(_repeated(want_y, len(G)), np.stack([one.y for one in answers]), questions)
    for a, b in bounded.items():
        if all(a in one.gradients for one in answers):
            about = replace(questions, batch=shape[0] if a in shared else None, bounded=b)
            claims[a].see(b.judge(G), np.stack([one.gradients[a] for one in answers]), about)
    faults = [fault for one in answers for fault in one.faults]
    return faults or _unrepeatable(door, rounded, settings, shape, rng)


def _repeated(judged: Judged, k: int) -> Judged:
    """The same truth for each of k probes: forward does not depend on g."""
    return Judged(*(np.broadcast_to(part, (k, *np.shape(part))) for part in (judged.want, judged.tolerance)))


def _unrepeatable(
    door: Door, values: dict[str, Any], settings: dict[str, Any], shape: tuple[int, ...], rng: np.random.Generator
) -> list[Broken]:
    """The same question twice must get the same answer, to the bit."""
    g = door.format.round(rng.standard_normal(shape))
    one, two = (door.ask(values, settings, g, shape) for _ in range(2))
    differ = [a for a in one.gradients if not np.array_equal(one.gradients[a], two.gradients.get(a, np.nan))]
    return [Broken("repeatable", f"the same question twice gave two different gradients of {a}", a) for a in differ]

"""check: does fast code compute g · L for this layer, at every point, for every probe, in every format asked?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ..layer import Layer
from ..layers import name_of
from ..point import Point, differentiable
from .claim import FORWARD, Claim
from .consistency import consistent
from .decide import decide
from .door import Broken
from .examine import Trial, examine_point
from .formats import Format, get_format
from .forward_mode import PREFIX, gives_jvp
from .results import Diagnosis, Interrupted, Report, Result, Verdict, unfinished
from .trial import BATCHES, LENGTHS, conventions, long_points, rounded, settings_for, trial_points

_THOROUGH = 2 * len(BATCHES)  # the first two points of a layer, in every batch size, try every contract
Progress = Callable[[str], None]


def check(
    fast: Any,
    layer: type[Layer],
    formats: tuple[str, ...] = ("float64", "float32"),
    seed: int = 0,
    settings: dict[str, Any] | None = None,
    progress: Progress = lambda text: None,
    until_failure: bool = False,
    lengths: tuple[int, ...] = LENGTHS,
) -> Report:
    """Check fast code against the explicit Jacobians of a layer.

    Args:
        fast: a module or object with `forward` and `backward` (see door.py).
        layer: the layer class whose L is the truth.
        formats: names of floating-point formats the code is tried in.
        seed: of the points and probes; the same seed asks the same questions.
        settings: settings of the layer held fixed ({"at_zero": 0.0}); a convention not held fixed is found out.
        progress: called with a word now and then.
        until_failure: stop at the first point that fails, when all that is asked is whether one does.
        lengths: the layer's first point is tried that long, and in batches that large, too: by default one past what a
            tile may hold, while L has at most 30,000 entries that are not 0. There g is random: entries of L are
            not exposed singly.

    Returns:
        A Report: one result for forward and one for each gradient, per format, and one for each broken contract.

    Raises:
        Interrupted: Ctrl-C, a KeyboardInterrupt whose `report` is what was found by then.

    >>> import numpy as np
    >>> from jacobians.layers.relu import ReLU
    >>> class Fast:
    ...     def forward(x): return np.maximum(x, 0), x >= 0
    ...     def backward(g, gate): return {"x": np.maximum(g, 0)}
    >>> report = check(Fast, ReLU, ("float64",), until_failure=True, lengths=())
    >>> print(report.verdict, [(r.argument, r.diagnosis.name) for r in report.failures])
    FAIL [('x', 'gate-from-g')]
    """
    run = _Run(fast, layer, formats, seed, dict(settings or {}), progress, until_failure, lengths)
    own, *others = conventions(fast, layer, run.settings)
    first = found = replace(run, settings=run.settings | own).report()
    while others and found.verdict is Verdict.FAIL and not found.interrupted:
        chosen = others.pop(0)
        found = replace(run, settings=run.settings | chosen).report()
        if found.verdict is not Verdict.FAIL:
            found = replace(found, notes=[_convention(layer, chosen), *found.notes])
    if found.verdict is Verdict.FAIL:  # with every convention: then it is a mistake in the layer's own
        found = _untold(first, others) if found.interrupted else first
    if found.interrupted:
        raise Interrupted(found)
    return found


def _untold(report: Report, others: list[dict[str, Any]]) -> Report:
    """A failure that was interrupted: it may be none with those other conventions that were not tried."""
    if not others:
        return replace(report, interrupted=True)
    why = "; interrupted before another convention was tried: " + " or ".join(map(_said, others))

    def untold(r: Result) -> Result:
        return replace(r, verdict=Verdict.INCONCLUSIVE, text=r.text + why, example=None)

    results = [untold(r) if r.verdict is Verdict.FAIL else r for r in report.results]
    return replace(report, results=results, interrupted=True)


def _said(chosen: dict[str, Any]) -> str:
    return ", ".join(f"{k} = {v}" for k, v in chosen.items())


def _convention(layer: type[Layer], chosen: dict[str, Any]) -> str:
    usual = ", ".join(f"{layer.__name__}() has {getattr(layer, k)}" for k in chosen)
    return f"convention: {_said(chosen)} ({usual}); a matter of choice, not a mistake"


@dataclass(frozen=True)
class _Run:
    """The arguments of `check`, with one choice of conventions among the settings."""

    fast: Any
    layer: type[Layer]
    formats: tuple[str, ...]
    seed: int
    settings: dict[str, Any]
    progress: Progress
    until_failure: bool
    lengths: tuple[int, ...]

    def report(self) -> Report:
        results: list[Result] = []
        notes: list[str] = []
        points = list(trial_points(self.layer, self.seed, self.settings))
        longer = list(long_points(self.layer, self.seed, self.settings, self.lengths)) if self.lengths else []
        interrupted = False
        try:
            for format in map(get_format, self.formats):
                found, interrupted = self._in_format(format, points, longer, notes)
                results += found
                if interrupted or (self.until_failure and any(r.verdict is Verdict.FAIL for r in results)):
                    break
        except KeyboardInterrupt:  # while a verdict was made of the numbers: that format is lost
            interrupted = True
        return Report(results, self.seed, list(dict.fromkeys(notes)), interrupted)

    def _in_format(
        self, format: Format, points: list[Point], longer: list[Point], notes: list[str]
    ) -> tuple[list[Result], bool]:
        """Every claim in one format, in the tightest reading that explains the numbers, then broken contracts.

        Also whether a person interrupted: then that is what is known so far.
        """
        arguments = list(dict.fromkeys(a for p in points for a in (FORWARD, *differentiable(p.map))))
        claims = {a: [Claim(a, reading) for reading in format.readings()] for a in arguments}
        if gives_jvp(self.fast):
            claims |= {PREFIX + a: [Claim(a, r, "jvp") for r in format.readings()] for a in arguments if a != FORWARD}
        broken: dict[tuple[str, str], Result] = {}
        name, todo, interrupted = name_of(self.layer), len(points) + len(longer), ""
        for done, point in enumerate(points + longer):
            wrong = broken or any(c[-1].ratio > 1 for c in claims.values())
            if wrong and (self.until_failure or done >= len(points)):
                break
            try:
                self.progress(f"{name} {format.name} {point.name}")
                faults = self._faults(point, format, claims, notes, done < _THOROUGH, done < len(points))
            except KeyboardInterrupt:
                interrupted = f"interrupted after {done} of {todo} points"
                break
            for fault in faults:
                where = f"at the point {point.name!r}"
                text = f"{fault.text}, {where}"
                row = Result(name, fault.argument, fault.claim, format.name, Verdict.FAIL, None, where, text)
                broken.setdefault((fault.claim, fault.argument), row)
        found = self._decided(claims, broken)
        return (unfinished(found, interrupted), True) if interrupted else (found, False)

    def _decided(self, claims: dict[str, list[Claim]], broken: dict[tuple[str, str], Result]) -> list[Result]:
        """What the numbers of each claim, and the broken contracts, come to."""
        seen = [c for c in claims.values() if c[0].compared or not (broken or c[0].argument in self.layer.optional)]
        results = [decide(c, name_of(self.layer)) for c in seen]
        wrong = {r.argument for r in results if r.verdict is Verdict.FAIL}
        said = [r for r in broken.values() if not (r.claim == "empty" and r.argument in wrong)]  # the same mistake
        return _function_or_gradient(results, claims[FORWARD][0]) + said

    def _faults(
        self,
        point: Point,
        format: Format,
        claims: dict[str, list[Claim]],
        notes: list[str],
        thorough: bool,
        singly: bool,
    ) -> list[Broken]:
        """Examine one point; the contracts broken there. Nothing where this code, or this format, cannot be asked."""
        passed = settings_for(self.fast, point, self.layer, notes, self.settings)
        at = rounded(point, format)
        if passed is None or at is None:
            return []
        trial = Trial(self.fast, self.layer, at, format, passed, self.seed, thorough, singly)
        try:
            return examine_point(trial, claims, notes)
        except Broken as fault:
            return [fault]


def _function_or_gradient(results: list[Result], forward: Claim) -> list[Result]:
    """Where forward is wrong: say of which gradients it is the function, not backward, that is wrong."""
    wrong = [r for r in results if r.verdict is Verdict.FAIL]
    if forward.trial is None or not any(r.claim == "forward" for r in wrong):
        return results
    arguments = consistent(forward.trial)
    own = [r for r in wrong if r.claim == "gradient" and r.argument in arguments]
    text = "backward is right for the function that forward computes: that function is another"
    known = Diagnosis("other-function", text)
    return [
        replace(r, diagnosis=known, text=f"{r.text.partition('; ')[0]}; {text}") if r in own else r for r in results
    ]

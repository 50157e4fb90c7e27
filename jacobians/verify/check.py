"""check: does fast code compute g · L for this layer, at every point, for every probe, in every format asked?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..layer import Layer
from ..layers import name_of
from ..point import Point, differentiable
from .claim import Claim
from .consistency import consistent
from .decide import decide
from .door import Broken
from .examine import Trial, examine_point
from .formats import Format, get_format
from .results import Diagnosis, Report, Result, Verdict
from .trial import conventions, rounded, settings_for, trial_points

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
    for chosen in conventions(layer, fixed):
        report = _check_once(fast, layer, formats, seed, fixed | chosen, progress)
        if report.verdict is not Verdict.FAIL and first is None:
            return report
        if report.verdict is not Verdict.FAIL:
            said = ", ".join(f"{k} = {v}" for k, v in chosen.items())
            usual = ", ".join(f"{layer.__name__}() has {getattr(layer, k)}" for k in chosen)
            note = f"convention: {said} ({usual}); a matter of choice, not a mistake"
            return replace(report, notes=[note, *report.notes])
        first = first or report
    assert first is not None
    return first


def _check_once(
    fast: Any, layer: type[Layer], formats: tuple[str, ...], seed: int, settings: dict[str, Any], progress: Progress
) -> Report:
    results: list[Result] = []
    notes: list[str] = []
    points = list(trial_points(layer, seed, settings))
    for format in map(get_format, formats):
        results += _in_format(fast, layer, format, points, seed, notes, progress)
    return Report(results, seed, list(dict.fromkeys(notes)))


def _in_format(
    fast: Any, layer: type[Layer], format: Format, points: list[Point], seed: int, notes: list[str], progress: Progress
) -> list[Result]:
    """Every claim in one format: the numbers, in the tightest reading that explains them, then the broken contracts."""
    arguments = list(dict.fromkeys(a for p in points for a in ("y", *differentiable(p.map))))
    claims = {a: [Claim(a, reading) for reading in format.readings()] for a in arguments}
    broken: dict[tuple[str, str], Result] = {}
    for point in points:
        progress(f"{name_of(layer)} {format.name} {point.name}")
        passed = settings_for(fast, point, layer, notes)
        at = rounded(point, format)
        if passed is None or at is None:
            continue
        try:
            faults = examine_point(Trial(fast, layer, at, format, passed, seed), claims, notes)
        except Broken as fault:
            faults = [fault]
        for fault in faults:
            where = f"at the point {point.name!r}"
            row = Result(
                name_of(layer), fault.argument, fault.claim, format.name, Verdict.FAIL, None, where, f"{fault.text}, {where}"
            )
            broken.setdefault((fault.claim, fault.argument), row)
    seen = [c for c in claims.values() if c[0].compared or not (broken or c[0].argument in layer.optional)]
    results = [decide(c, name_of(layer)) for c in seen]
    return _function_or_gradient(results, claims["y"][0]) + list(broken.values())


def _function_or_gradient(results: list[Result], forward: Claim) -> list[Result]:
    """Where forward is wrong: say of which gradients it is the function, not backward, that is wrong."""
    wrong = {r.argument for r in results if r.verdict is Verdict.FAIL}
    if "y" not in wrong or forward.trial is None:
        return results
    own = consistent(forward.trial)
    text = "backward is right for the function that forward computes: that function is another"
    known = Diagnosis("other-function", text)
    return [
        replace(r, diagnosis=known, text=f"{r.text.partition('; ')[0]}; {text}") if r.argument in wrong & own else r
        for r in results
    ]

"""The verdict on fast code at one point: the numbers of every probe within their bounds, and no contract but theirs."""

from __future__ import annotations

from typing import Any

from ..batch import Batch
from ..layer import Layer
from ..layers import name_of
from ..point import Point, differentiable
from ..verify.claim import FORWARD, Claim
from ..verify.decide import decide
from ..verify.door import Broken
from ..verify.examine import Trial, examine_point
from ..verify.formats import get_format
from ..verify.results import Report, Result, Verdict
from ..verify.trial import rounded, settings_for


def judged(fast: Any, point: Point, dtype: str = "float64", seed: int = 0) -> Report | None:
    """Whether fast code computes g·L at this point, every entry of every L^a exposed singly.

    Args:
        fast: code with forward and backward.
        point: of a layer, or of its batch.
        dtype: the format the code is asked in.
        seed: of the probes.

    Returns:
        one result for forward and each gradient; None where the point has a setting that the code does not take.
    """
    inner = point.map.map if isinstance(point.map, Batch) else point.map
    layer: type[Layer] = type(inner)  # type: ignore[assignment]
    format, notes = get_format(dtype), []
    held = getattr(fast, "settings", {})
    settings = settings_for(fast, point, layer, notes, held)
    at = rounded(point, format)
    if settings is None or at is None:
        return None
    wanted = (FORWARD, *differentiable(point.map))
    claims = {a: [Claim(a, reading) for reading in format.readings()] for a in wanted}
    trial = Trial(fast, layer, at, format, settings, seed, thorough=False, contracts=())
    try:
        faults = examine_point(trial, claims, notes)
    except Broken as fault:
        faults = [fault]
    name = name_of(layer)
    seen = [c for c in claims.values() if c[0].compared]
    broken = [Result(name, f.argument, f.claim, dtype, Verdict.FAIL, None, None, f.text) for f in faults]
    return Report([decide(c, name) for c in seen] + broken, seed, notes)

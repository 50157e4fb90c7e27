"""check_point: a verdict on fast code at one point, of the sizes and numbers that its author has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..batch import Batch
from ..layer import Layer
from ..layers import name_of
from ..point import Point, differentiable
from .claim import FORWARD, Claim
from .decide import decide
from .door import Broken
from .examine import Trial, examine_point
from .formats import get_format
from .results import Report, Result, Verdict
from .together import ask_together
from .trial import rounded, settings_for


def check_point(fast: Any, point: Point, dtype: str = "float64", seed: int = 0, singly: bool = False) -> Report | None:
    """Whether fast code computes y and g·L at this point; of the contracts, what shows in the same call.

    Args:
        fast: code with forward and backward, for the arguments of the point.
        point: of a layer, or of its batch.
        dtype: the format the code is asked in.
        seed: of the upstream gradients.
        singly: expose every entry of every L^a by a g of its own, and not all at once (together.py).

    Returns:
        one result for forward and each gradient; None where the point has a setting that the code does not take, or a
        number beyond the format's reach.

    >>> import numpy as np
    >>> from jacobians.layers.relu import ReLU
    >>> class Fast:
    ...     def forward(x): return np.maximum(x, 0), x >= 0
    ...     def backward(g, gate): return {"x": g * gate}
    >>> report = check_point(Fast, Point(ReLU(), {"x": np.array([[1.5, -2.0, 3.0], [-0.5, 4.0, 0.0]])}))
    >>> for r in report.results: print(r.verdict, r.claim, r.argument)
    PASS forward y
    PASS gradient x
    """
    inner = point.map.map if isinstance(point.map, Batch) else point.map
    layer: type[Layer] = type(inner)  # type: ignore[assignment]
    format, notes = get_format(dtype), list[str]()
    settings = settings_for(fast, point, layer, notes, getattr(fast, "settings", {}))
    at = rounded(point, format)
    if settings is None or at is None:
        return None
    wanted = (FORWARD, *differentiable(point.map))
    claims = {a: [Claim(a, reading) for reading in format.readings()] for a in wanted}
    trial = Trial(fast, layer, at, format, settings, seed, thorough=False, singly=singly)
    seen: dict[str, tuple[int, float]] = {}
    try:
        if singly:
            faults = examine_point(trial, claims, notes)
        else:
            faults, seen = ask_together(trial, claims)
    except Broken as fault:
        faults = [fault]
    if not faults and not any(c[0].compared for c in claims.values()):
        return None
    name = name_of(layer)
    found = [_together(decide(c, name), seen.get(a)) for a, c in claims.items() if c[0].compared]
    broken = [Result(name, f.argument, f.claim, dtype, Verdict.FAIL, None, None, f.text) for f in faults]
    return Report(found + broken, seed, notes)


def _together(result: Result, seen: tuple[int, float] | None) -> Result:
    """With what was asked at once, and how well."""
    if seen is None:
        return result
    entries, least = seen
    said = f"{entries:,} entries of L asked at once: a relative error of {least:.0e} in any single one would show"
    return replace(result, together=entries, detectable=least, notes=(*result.notes, said))

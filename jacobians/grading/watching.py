"""Differences hidden in a backward: seen in what it computes, since its answers may be right.

A difference quotient evaluates the function at as many places as there are entries, in whatever way it is written: in a
loop, along a further axis, by a function of another name, already in forward. Right code in every style computes a few
times what y takes. So one forward and one backward are counted, in the student's process (sandbox/inside/watch.py):

    products and sums, and all else     each several times what the layer's own forward takes
    a function that forward calls       called by backward with several times as many numbers
    numbers that nobody needs           complex, longdouble, objects, fractions

"Several" is FEW: of the right solutions in tests/, none does 8 times the work of y, and differences do hundreds of
times. A linear layer's own matrix, written out, is many products and nothing else: there it is MANY.
In a format shorter than float64, answers may hide differences: they are asked once more in float64, where digits show.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..errors import names
from ..layer import Layer
from ..verify.claim import FORWARD, Claim
from ..verify.door import Broken
from ..verify.examine import Trial, examine_point
from ..verify.formats import get_format
from ..verify.results import Verdict
from ..verify.trial import rounded, settings_for, trial_points
from .explaining import digits
from .flags import Flag
from .found import Judgement
from .regimes import Asked
from .sandbox.inside.watch import Watch, watched

FEW, MANY = 12, 48
LONG = 12  # n of the layer's points: the smallest argument has as many entries, where the layer's shapes go by n
_FLOAT32 = 8  # digits: code that computes in float32 has fewer
_NAMES = {"products": "products and sums", "others": "functions of entries"}
Counts = dict[str, Any]


def hidden(
    worker: Any, fast: Any, layer: type[Layer], judgement: Judgement, dtype: str, seed: int, settings: Counts
) -> Iterator[Flag]:
    """The flags of gradients that get points: found right, in one format or another, or right for a wrong forward."""
    if any(part.verdict is not Verdict.FAIL or part.carried for a, part in judgement.parts.items() if a != FORWARD):
        if dtype != "float64":
            yield from in_longer_numbers(fast, layer, seed, settings)
        yield from in_work(worker, fast, layer, dtype, seed, settings)


def in_work(worker: Any, fast: Any, layer: type[Layer], dtype: str, seed: int, settings: Counts) -> Iterator[Flag]:
    """The flags that the work of one backward raises.

    Args:
        worker: where the code is. Afterwards it is good for nothing else: it goes on counting.
        fast: forward and backward, by way of that worker.
    """
    one = _asked(fast, layer, dtype, seed, settings)
    if one is None or not hasattr(worker, "watch"):
        return
    try:
        forward, backward = _counts(worker, fast, one, dtype, seed)
    except Broken as fault:
        yield _flag("unwatched", f"it could not be seen how much it computes: {fault.text}")
        return
    yield from _signs(forward, backward, one)


def _asked(fast: Any, layer: type[Layer], dtype: str, seed: int, settings: Counts) -> Asked | None:
    """The layer's first point that the code can be asked at, long and with two examples."""
    for point in trial_points(layer, seed, settings, LONG, (2,)):
        passed, at = settings_for(fast, point, layer, []), rounded(point, get_format(dtype))
        if passed is not None and at is not None:
            return Asked("watched", at, passed)
    return None


def _counts(worker: Any, fast: Any, one: Asked, dtype: str, seed: int) -> tuple[Counts, Counts]:
    """What forward and backward computed, one call of each."""
    kind = get_format(dtype).dtype
    values = {a: v.astype(kind) if v.dtype.kind == "f" else v for a, v in one.point.values.items()}
    g = np.random.default_rng([seed, 6]).standard_normal(np.shape(one.point.forward())).astype(kind)
    worker.watch()
    _, saved = fast.forward(**values, **one.settings)
    forward = worker.watch()
    fast.backward(g, saved)
    return forward, worker.watch()


def work_of(one: Asked) -> Counts:
    """What the layer's own formula computes."""
    Watch.now = watch = Watch((), {})
    try:
        one.point.map.forward(**watched(one.point.values))
    finally:
        Watch.now = None
    return watch.seen()


def times(done: Counts, own: Counts) -> dict[str, float]:
    """How many times the work of the layer's own forward is done, by kind; where it has none of a kind, nothing."""
    return {k: done[k] / own[k] for k in ("products", "others") if own[k]}


def _signs(forward: Counts, backward: Counts, one: Asked) -> Iterator[Flag]:
    found = times({k: forward[k] + backward[k] for k in _NAMES}, work_of(one))
    if found and min(found.values()) >= (FEW if "others" in found else MANY):
        said = " and ".join(f"{n:.0f} times as many {_NAMES[k]}" for k, n in found.items())
        yield _flag("finite-differences", f"the function is computed over and over: {said} as y needs")
    again = {f: n / forward["calls"][f] for f, n in backward["calls"].items() if f in forward["calls"]}
    if again and max(again.values()) >= FEW:
        f = max(again, key=lambda f: again[f])
        name, _, line = f.partition(":")
        text = f"backward calls {name} (line {line}), as forward does, with {again[f]:.0f} times as many numbers"
        yield _flag("finite-differences", text)
    if kinds := sorted({*forward["types"], *backward["types"]}):
        name = "complex-step" if any(k.startswith("complex") for k in kinds) else "finite-differences"
        yield _flag(name, f"it computes with {names(kinds)}: what it is given asks for no such numbers")


def in_longer_numbers(fast: Any, layer: type[Layer], seed: int, settings: Counts) -> Iterator[Flag]:
    """The flags of answers that are right in the assignment's format and, in float64, to some digits only."""
    one, format = _asked(fast, layer, "float64", seed, settings), get_format("float64")
    if one is None:
        return
    trial = Trial(fast, layer, one.point, format, one.settings, seed, thorough=False, singly=False, only=("random 1",))
    claims = {a: [Claim(a, r) for r in format.readings()] for a in (FORWARD, *_differentiable(one))}
    try:
        examine_point(trial, claims, [])
    except Broken:
        return
    for a, readings in claims.items():
        right = digits(readings[0].asked) if readings[0].asked and not any(c.inside for c in readings) else None
        if a != FORWARD and right is not None and right >= _FLOAT32:
            text = f"the gradient of {a} is right to about {right} digits only in float64, as finite differences are"
            yield _flag("finite-differences", text)


def _differentiable(one: Asked) -> tuple[str, ...]:
    map = one.point.map
    return tuple(a for a in map.args if a not in map.constant)


def _flag(name: str, text: str) -> Flag:
    return {"name": name, "text": text, "where": "its work"}

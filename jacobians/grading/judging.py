"""Judging one question: every regime of its layer apart, each part in each.

The verdict on a part in a regime is that of `jacobians check` at that point alone, from fewer questions where it is not
the typical one.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from ..layer import Layer
from ..point import differentiable
from ..verify.claim import Claim
from ..verify.decide import decide
from ..verify.door import Broken
from ..verify.examine import Trial, examine_point
from ..verify.formats import Format, get_format
from ..verify.results import Verdict
from ..verify.trial import conventions
from .alone import ForwardAlone, without_gradients
from .assignment import Regime
from .explaining import Claims, carry, explain_failures
from .found import FORWARD, Judgement, Part, Seen
from .regimes import regimes

# The typical regime is asked everything: each entry of L singly, and the contracts that hold between processes. In any
# other shapes, settings and data differ, not g.
_ALL: dict[str, Any] = {"contracts": ("saved",)}
_FEW: dict[str, Any] = {"twice": False, "singly": False, "only": ("random 1", "whole numbers")}
_DOUBTS = (Verdict.SUSPICIOUS, Verdict.PASS)


def judge(
    fast: Any, layer: type[Layer], dtype: str, seed: int, settings: dict[str, Any], own: Iterable[Regime] = (),
    explained: bool = True,
) -> Judgement:  # fmt: skip
    """Put every regime of a layer to code on trial.

    Args:
        fast: forward and backward as `verify.door` wants them.
        seed: of the points and of the probes.
        settings: settings of the layer held fixed. A convention not held fixed (relu at 0) is found out.
        own: the instructor's regimes, asked before the layer's.
        explained: whether to look for the names of mistakes.

    Raises:
        BadFile: a regime of the instructor's is none that the layer can have.
    """
    tried: list[tuple[int, Judgement, dict[str, Claims]]] = []
    for chosen in conventions(fast, layer, settings):
        found, gathered = _judge(fast, layer, get_format(dtype), seed, settings | chosen, list(own))
        failed = sum(s.verdict is Verdict.FAIL for part in found.parts.values() for s in part.seen)
        if chosen:
            found.notes.insert(0, "convention: " + ", ".join(f"{k} = {v}" for k, v in chosen.items()))
        tried.append((failed, found, gathered))
        if not failed:
            break
    _, found, gathered = min(tried, key=lambda t: t[0])  # a mistake elsewhere must not decide which convention is held
    if explained:
        explain_failures(found, gathered)
    carry(found, gathered)
    return found


def update_faults(
    fast: Any, layer: type[Layer], dtype: str, seed: int, settings: dict[str, Any], own: Iterable[Regime] = ()
) -> list[tuple[str, Broken]]:
    """What is wrong with update, at the typical regime; the arguments as `judge` has them.

    Args:
        fast: code whose backward examines update as well.
    """
    format = get_format(dtype)
    for one in regimes(fast, layer, format, seed, settings, own, [])[:1]:
        shape = np.shape(one.point.forward())
        g = format.round(np.random.default_rng([seed, 3]).standard_normal(shape))
        try:
            Trial(fast, layer, one.point, format, one.settings, seed).ask(g, shape)
        except Broken as fault:
            return [(one.name, fault)]
    return []


def _judge(
    fast: Any, layer: type[Layer], format: Format, seed: int, settings: dict[str, Any], own: list[Regime]
) -> tuple[Judgement, dict[str, Claims]]:
    notes: list[str] = []
    asked = regimes(fast, layer, format, seed, settings, own, notes)
    known = differentiable(asked[0].point.map) if asked else ()
    found = Judgement({a: Part(a) for a in (FORWARD, *known)}, notes=notes, asked=len(asked))
    gathered: dict[str, Claims] = {}
    for one in asked:
        arguments = (FORWARD, *differentiable(one.point.map))
        claims = {a: [Claim(a, r) for r in format.readings()] for a in arguments}
        asking = _FEW if gathered else _ALL
        trial = Trial(fast, layer, one.point, format, one.settings, seed, **asking)
        found.faults += [(one.name, fault) for fault in _examined(trial, claims, notes)]
        gathered[one.name] = claims
        for a, readings in claims.items():
            part = found.parts.setdefault(a, Part(a))
            part.seen.append(_seen(one.name, readings, a in layer.optional, found.faults))
    for a, part in found.parts.items():
        _conclude(part, [claims[a] for claims in gathered.values() if a in claims])
    found.notes[:] = dict.fromkeys(found.notes)
    return found, gathered


def _examined(trial: Trial, claims: Claims, notes: list[str]) -> list[Broken]:
    try:
        return examine_point(trial, claims, notes)
    except Broken as fault:
        if not claims[FORWARD][0].compared:
            _examine_forward(trial, claims, notes)
        return [fault]


def _examine_forward(trial: Trial, claims: Claims, notes: list[str]) -> None:
    """Judge y where nothing could be: perhaps it was backward alone that broke."""
    fast, layer = ForwardAlone(trial.fast), without_gradients(trial.layer)
    with suppress(Broken):
        examine_point(replace(trial, fast=fast, layer=layer, twice=False), claims, notes)


def _seen(regime: str, readings: list[Claim], optional: bool, faults: list[tuple[str, Broken]]) -> Seen:
    """One part in one regime: a positive predicate, nothing compared is nothing shown."""
    claim = next((c for c in readings if c.inside), readings[0])
    if not claim.compared:
        said = [f for name, f in faults if name == regime]
        about = next((f for f in said if f.argument == claim.argument and not claim.forward), None)
        fault = about or next(iter(said), None)
        if fault:
            return Seen(regime, Verdict.FAIL, fault.text)
        return Seen(regime, Verdict.INCONCLUSIVE, "nothing could be compared", counts=not optional)
    if claim.inside:
        return Seen(regime, Verdict.PASS, counts="0" in claim.selftest.caught)
    return Seen(regime, Verdict.FAIL, f"{claim.where}: {claim.text}")


def _conclude(part: Part, each: list[list[Claim]]) -> None:
    """The verdict on all regimes together."""
    failed = [s for s in part.seen if s.verdict is Verdict.FAIL]
    if failed:
        part.verdict, part.text = Verdict.FAIL, f"{failed[0].regime}: {failed[0].text}"
        return
    if not part.counted:
        part.text = "nothing could be asked of it"
        return
    # a regime alone may not tell every wrong answer; all of them together must
    tests = [readings[0].selftest for readings in each]
    let_through = set[str]().union(*(t.different for t in tests)) - set[str]().union(*(t.caught for t in tests))
    if not let_through:
        part.verdict = Verdict.PASS
        return
    telling = [decide(readings, "") for readings in each if let_through & readings[0].selftest.different]
    part.verdict = next((v for v in _DOUBTS if any(r.verdict is v for r in telling)), Verdict.INCONCLUSIVE)
    part.text = next((r.text for r in telling if r.verdict is part.verdict), "")

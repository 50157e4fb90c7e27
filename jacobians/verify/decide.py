"""From numbers to a verdict: the tightest reading of the format that explains them, or the name of what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from .bias import Bias, scale_bias
from .claim import Claim
from .diagnosis import Asked, diagnose
from .digits import loses_digits
from .door import Broken
from .formats import FORMATS, Format
from .pattern import describe_pattern
from .results import Diagnosis, Result, Verdict

Explain = Callable[[list[Claim]], Diagnosis | None]


def decide(claims: list[Claim], layer: str, explained: Explain | None = None) -> Result:
    """The verdict on one argument, given one claim for each reading of the format, the tightest first.

    Args:
        explained: what names the mistake, by default `explain`.
    """
    tight = claims[0]
    chosen = next((c for c in claims if c.inside), tight)
    verdict, text, diagnosis, notes = Verdict.PASS, "", None, list[str]()
    if not tight.compared:
        verdict, text = Verdict.INCONCLUSIVE, "nothing could be compared"
    elif not chosen.inside:
        verdict, diagnosis = Verdict.FAIL, (explained or explain)(claims)
        if diagnosis and tight.kind == "jvp":
            diagnosis = replace(diagnosis, text=diagnosis.text.replace("g·L", "L·v"))
        text = f"{chosen.where}: {chosen.text}" + (f"; {diagnosis.text}" if diagnosis else "")
    elif missed := set(chosen.selftest.let_through):
        verdict, text = _aggregate(chosen, missed)
    if chosen is not tight:
        notes.append(f"explained only by {chosen.reading.reading}")
    if chosen.inside and chosen.only_from_output:
        notes.append(
            f"{chosen.only_from_output} of {chosen.compared} answers keep only the digits that a usual formula "
            "keeps (from the stored output, say): right, but it loses digits there"
        )
    if chosen.open_gates:
        notes.append(
            f"{chosen.open_gates} choices in L^{chosen.argument} (of a maximum, or at a kink) lie within rounding of "
            "turning the other way: there either side is right"
        )
    return Result(
        layer, tight.argument, tight.kind, tight.reading.name, verdict,
        chosen.ratio if chosen.where else None, chosen.where, text, diagnosis,
        chosen.entries, chosen.detectable, chosen.open_gates, tuple(notes),
        chosen.example if verdict is Verdict.FAIL else None,
    )  # fmt: skip


def _aggregate(claim: Claim, missed: set[str]) -> tuple[Verdict, str]:
    """Where single entries cannot tell a wrong scale from rounding, all of them together may (bias.py)."""
    too_wide = f"the bound is too wide to tell: a wrong answer ({', '.join(sorted(missed))}) would pass as well"
    if claim.detectable:
        too_wide += f"; in a single entry of L a relative error would show from {claim.detectable:.0e}"
    trial = claim.trial
    if missed != {"×1.01"} or claim.forward or trial is None:
        return Verdict.INCONCLUSIVE, too_wide
    how = (claim.argument, claim.reading, trial.settings, trial.seed, claim.kind == "jvp")
    bias: Bias | None = scale_bias(trial.fast, trial.layer, *how)
    if bias is None or bias.least_seen >= 0.01:
        return Verdict.INCONCLUSIVE, too_wide
    if bias.impossible:
        return Verdict.SUSPICIOUS, (
            f"every entry is within its bound, but together they are {1 + bias.mean:.4g} times g·L^{claim.argument}: "
            f"rounding makes no more than {bias.least_seen:.2g}"
        )
    return Verdict.PASS, ""


def explain(claims: list[Claim]) -> Diagnosis | None:
    """The mistake that explains every answer, in the tightest reading in which one does; else what else is known."""
    for claim in claims:
        if claim.asked and (found := diagnose(claim.asked)):
            return found
    last = claims[-1]
    return loses_digits(last) or computed_in_less(last) or mixes_examples(last) or describe_pattern(last.asked)


def mixes_examples(claim: Claim) -> Diagnosis | None:
    """Alone every example is right; in a batch, those get a gradient whose own g is 0."""
    if claim.worst_at is None or claim.kind == "jvp" or any(one.lead != 2 for one in claim.asked):
        return None
    asked, k = claim.worst_at
    if not claim.asked:
        return None
    alone = [one for one in claim.asked if one.got.shape[1] == 1]
    if len(asked.G[k]) < 2 or any((np.abs(one.got - one.want) > one.tolerance).any() for one in alone):
        return None
    last = np.arange(len(asked.G[0])) == len(asked.G[0]) - 1
    g = asked.G[0] * last.reshape(-1, *(1,) * (asked.G[0].ndim - 1))
    try:
        got, none = (asked.trial.ask(each, g.shape).gradients[claim.argument] for each in (g, 0 * g))
    except (Broken, KeyError):
        return None
    if none.any() or not got[:-1].any():
        return None
    text = "the examples of a batch are mixed: one whose own g is 0 gets a gradient; alone every example is right"
    return Diagnosis("examples-mixed", text)


def computed_in_less(claim: Claim) -> Diagnosis | None:
    """The shorter format whose numbers all answers are, right to its precision."""
    asked = [one for one in claim.asked if one.judge is not None]
    for format in sorted(FORMATS.values(), key=lambda f: f.p):
        shorter = format.p < claim.reading.p and all(_representable(one.got, format.p) for one in asked)
        if asked and shorter and all(_right_in(one, format.readings()[-1]) for one in asked):
            text = f"every answer is a number of {format.name}, and right to its precision: something is computed in it"
            return Diagnosis(f"computed-in-{format.name}", text)
    return None


def _representable(v: np.ndarray, p: int) -> bool:
    """Whether p bits hold each number."""
    digits = np.ldexp(np.frexp(v)[0], p)
    return bool((digits == np.rint(digits)).all())


def _right_in(asked: Asked, reading: Format) -> bool:
    """Whether the answers are right for code that also rounds g and the result once more to this format."""
    assert asked.judge is not None
    tolerance = 2 * asked.judge(asked.g, replace(reading, exact_data=False)).tolerance.reshape(asked.want.shape)
    return bool((np.abs(asked.got - asked.want) <= tolerance).all())

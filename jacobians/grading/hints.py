"""What a student is told about a part that is wrong: as much as the instructor allows, never an expected number.

none        that it is wrong
category    what kind of thing is wrong: an exception, a shape, a number that is not finite, values
location    in which regimes, and where an exception arose
formula     the name of the mistake, where the verdict knows it
"""

from __future__ import annotations

from ..verify.door import Broken
from ..verify.results import Verdict
from .found import Judgement, Part, Seen
from .withheld import is_ours, withheld

_KINDS = {
    "exception": "the code raises an exception",
    "shape": "the result has the wrong shape",
    "dtype": "the result has the wrong type of numbers",
    "finite": "the result holds NaN or infinity",
    "missing": "no gradient is returned",
    "forward": "forward returns something else than is asked for",
    "backward": "backward returns something else than is asked for",
    "unchanged": "the code writes into an array that it was given",
    "repeatable": "the same question twice gives two answers",
    "saved": "backward depends on what was called in between",
    "update": "update does not do what it should",
    "stray": "a gradient is returned for what is no argument",
    "limit": "the code takes too long, or more memory than it may",
}


def hint(part: Part, judgement: Judgement, level: str, name: str) -> str:
    """The hint for one part that is wrong.

    Args:
        level: none, category, location or formula.
        name: what the student calls the part ("dw, the gradient of w").
    """
    failed = [s for s in part.counted or part.seen if s.verdict is not Verdict.PASS]
    if level == "none" or not failed:
        return ""
    fault = _fault(failed[0], judgement)
    said = f"{name}: {fault_hint(fault, level, judgement.withheld) if fault else _values(part, level)}"
    if level == "category":
        return said
    said = f"{said.removesuffix('.')} [{_where(failed, part)}]"
    if part.carried:
        said += ". Forward is wrong; this gradient is right for what your forward computes."
    return said


def fault_hint(fault: Broken, level: str, lines: int | None) -> str:
    """A broken contract in words; its sentence holds shapes and the student's own lines, and no expected number.

    Args:
        lines: `Judgement.withheld`.
    """
    kind = _KINDS.get(fault.claim, f"it breaks the contract {fault.claim!r}")
    if level in ("none", "category"):
        return f"{kind}."
    return f"{fault.text if lines is None or is_ours(fault.claim) else withheld(kind, fault.text, lines)}."


def _values(part: Part, level: str) -> str:
    if part.diagnosis and level == "formula":
        return f"the values are wrong: {part.diagnosis.text}."
    return "the values are wrong."


def _where(failed: list[Seen], part: Part) -> str:
    """'in every regime', 'in 2 of 9 regimes: one tap, stride 2; …'."""
    total = len(part.counted or part.seen)
    if len(failed) == total:
        return "in every case tried"
    said = "; ".join(s.regime for s in failed[:4]) + ("; …" if len(failed) > 4 else "")
    return f"in {len(failed)} of {total} cases: {said}"


def _fault(seen: Seen, judgement: Judgement) -> Broken | None:
    """The broken contract that this regime's failure is, if it is one."""
    return next((f for name, f in judgement.faults if name == seen.regime and f.text == seen.text), None)

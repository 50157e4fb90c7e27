"""From what was found to marks: each part of a question apart, each regime of a part apart.

    marks(part) = points · max(0, 1 − Σ cost(regime that failed))                  (1)
    cost        = what the assignment says for that regime, else 1/(number of regimes)
    marks(part) = 0 where the typical regime failed                                (2)
    marks(part) = points · carried where forward is wrong and backward right for it (3)
    contract and update count where some number that they are about is right       (4)

(2) and (4) are what leaves zeros, constants and NaN with nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..verify.results import Verdict
from .assignment import CONTRACT, FORWARD, UPDATE, Assignment, Question
from .found import FORWARD as Y
from .found import Judgement, Part
from .hints import fault_hint, hint
from .withheld import withheld

NOT_GRADED = "NOT GRADED"  # in place of a verdict
CONTRACTS = ("unchanged", "repeatable", "saved", "stray")


@dataclass(frozen=True)
class Marked:
    """One part with its marks."""

    id: str
    name: str
    points: float
    max_points: float
    verdict: str
    hint: str = ""
    diagnosis: str | None = None
    text: str = ""
    regimes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    carried: bool = False


def mark(
    question: Question, judgement: Judgement, assignment: Assignment, called: dict[str, str], missing: str = ""
) -> list[Marked]:
    """The marks of every part of a question.

    Args:
        called: what the student calls each part, by its id.
        missing: why there is forward alone, and nothing else to mark.
    """
    marked: list[Marked] = []
    for id, points in question.points.items():
        if missing and id != FORWARD:
            name, said = called.get(id, id), f"not gradable: {missing.removesuffix('.')}"
            lines = judgement.withheld
            shown = said if lines is None else withheld("not gradable: there is no backward", missing, lines)
            marked.append(Marked(id, name, 0.0, points, NOT_GRADED, f"{name}: {shown}", text=said))
        elif id == CONTRACT:
            marked.append(_contract(CONTRACT, CONTRACTS, points, judgement, assignment))
        elif id == UPDATE:
            marked.append(_contract(UPDATE, (UPDATE,), points, judgement, assignment))
        else:
            part = judgement.parts.get(Y if id == FORWARD else id) or Part(id)
            marked.append(_part(id, called.get(id, id), part, points, judgement, assignment))
    return marked


def _part(id: str, name: str, part: Part, points: float, judgement: Judgement, assignment: Assignment) -> Marked:
    counted = part.counted
    even = 1 / max(len(counted), 1)
    rows, share = list[dict[str, Any]](), 1.0
    for s in counted:
        cost = 0.0 if s.verdict is Verdict.PASS else assignment.regimes.get(s.regime, even)
        share -= cost
        rows.append({"name": s.regime, "verdict": str(s.verdict), "cost": round(cost, 6), "text": s.text})
    if not counted or counted[0].verdict is not Verdict.PASS:
        share = 0.0  # (2)
    carried = part.carried and share < assignment.carried
    share = assignment.carried if carried else max(0.0, share)  # (3) (1)
    said = "" if part.verdict is Verdict.PASS else hint(part, judgement, assignment.hints, name)
    diagnosis = part.diagnosis.name if part.diagnosis else None
    text = part.text + (f"; {part.diagnosis.text}" if part.diagnosis else "")
    return Marked(id, name, _round(points * share), points, str(part.verdict), said, diagnosis, text, rows, carried)


def _contract(id: str, claims: tuple[str, ...], points: float, judgement: Judgement, assignment: Assignment) -> Marked:
    broken = [(name, f) for name, f in judgement.faults if f.claim in claims]
    right = [p for p in judgement.parts.values() if p.counted and p.counted[0].verdict is Verdict.PASS]
    some = any(p.argument != Y for p in right)  # (4)
    if not broken and some:
        return Marked(id, id, points, points, str(Verdict.PASS))
    text = broken[0][1].text if broken else "nothing that it is about is right"
    said = fault_hint(broken[0][1], assignment.hints, judgement.withheld) if broken else f"{text}."
    diagnosis = broken[0][1].claim if broken else None
    said = "" if assignment.hints == "none" else said
    return Marked(id, id, 0.0, points, str(Verdict.FAIL), said, diagnosis, text)


def _round(points: float) -> float:
    """Marks to a millionth: 1/3 of a mark three times is a mark."""
    return round(points, 6)

"""What was found about one question: each part (forward, the gradient of each argument) in each regime.

A regime whose right answer is 0 throughout shows nothing and is not counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..verify.claim import FORWARD
from ..verify.door import Broken
from ..verify.results import Diagnosis, Verdict

__all__ = ["FORWARD", "Judgement", "Part", "Seen"]


@dataclass(frozen=True)
class Seen:
    """A part in one regime. `counts`: whether a wrong answer would have been seen at all."""

    regime: str
    verdict: Verdict
    text: str = ""
    counts: bool = True


@dataclass
class Part:
    """What was found about one part: forward ("" by FORWARD) or the gradient of an argument.

    Attributes:
        seen: by regime, the typical one first.
        verdict: on all regimes together, as `jacobians check` would say it.
        diagnosis: the mistake that explains it, if any does.
        carried: forward is wrong, and this gradient, where it is wrong, is right for what forward computes.
        digits: where it is wrong without a known mistake: to how many digits the typical answers are right.
    """

    argument: str
    seen: list[Seen] = field(default_factory=list[Seen])
    verdict: Verdict = Verdict.INCONCLUSIVE
    text: str = ""
    diagnosis: Diagnosis | None = None
    carried: bool = False
    digits: int | None = None

    @property
    def counted(self) -> list[Seen]:
        return [s for s in self.seen if s.counts]


@dataclass
class Judgement:
    """All that was found about one question.

    Attributes:
        parts: by argument, FORWARD first.
        faults: the broken contracts, each with the regime it was seen in.
        notes: what is worth knowing and no fault (regimes that the code has no form for, the convention it keeps).
        asked: how many regimes were put to the code.
        withheld: where the solution's code was beside the student's: the lines of the student's file (withheld.py).
    """

    parts: dict[str, Part]
    faults: list[tuple[str, Broken]] = field(default_factory=list[tuple[str, Broken]])
    notes: list[str] = field(default_factory=list[str])
    asked: int = 0
    withheld: int | None = None

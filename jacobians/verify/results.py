"""What a check finds: one result a claim, and the report they make together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """The four answers, from best to worst news in the order of `_GRAVITY`."""

    PASS = "PASS"  # every entry finite and within its bound
    FAIL = "FAIL"  # some entry outside, or a broken contract
    SUSPICIOUS = "SUSPICIOUS"  # inside the bound, yet statistically impossible for correct code
    INCONCLUSIVE = "INCONCLUSIVE"  # the bound is too wide to tell


_GRAVITY = (Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.SUSPICIOUS, Verdict.FAIL)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The gravest verdict; INCONCLUSIVE when there is none at all, since nothing was shown."""
    return max(verdicts, key=_GRAVITY.index, default=Verdict.INCONCLUSIVE)


@dataclass(frozen=True)
class Diagnosis:
    """The name of a mistake (a stable identifier such as "transposed" or "factor:2") and its sentence."""

    name: str
    text: str


@dataclass(frozen=True)
class Result:
    """One claim about one argument of a layer in one format.

    Attributes:
        layer, argument, dtype: what was asked; argument is "y" for claims about forward.
        claim: "forward", "gradient", "jvp" (forward mode), or the name of a contract ("shape", "finite", …).
        verdict: the answer.
        ratio: worst |got − want| in units of its bound, over every entry at every point; None where none was compared.
        where: the point, the g and the entry at which that was.
        text: one sentence.
        diagnosis: the name of the mistake, where one explains it.
        entries: how many entries of L were exposed, each by a g that no other entry of its column answers to.
        together: how many were asked all at once, by a g that sees every one of them (together.py).
        detectable: the relative error that would have been seen in any single entry of L, at the point where that is
            least; 0: any error. At points of whole numbers any error is seen, too; they do not count here.
        open_gates: choices in L (of a maximum, at a kink) that rounding alone may turn the other way: either is right.
        notes: what is worth knowing besides.
        example: of a wrong number, Python code that reproduces it at the smallest failing point (None: too large).
    """

    layer: str
    argument: str
    claim: str
    dtype: str
    verdict: Verdict
    ratio: float | None = None
    where: str | None = None
    text: str = ""
    diagnosis: Diagnosis | None = None
    entries: int = 0
    detectable: float | None = None
    open_gates: int = 0
    notes: tuple[str, ...] = ()
    example: str | None = None
    together: int = 0


@dataclass(frozen=True)
class Report:
    """The results of one run; `interrupted` is one that a person ended before all points were tried."""

    results: list[Result]
    seed: int
    notes: list[str] = field(default_factory=list[str])
    interrupted: bool = False

    @property
    def verdict(self) -> Verdict:
        return worst(r.verdict for r in self.results)

    @property
    def failures(self) -> list[Result]:
        return [r for r in self.results if r.verdict is not Verdict.PASS]

    def to_json(self) -> dict[str, Any]:
        """The report as plain data (schema 1)."""
        rows = [{**asdict(r), "notes": list(r.notes)} for r in self.results]
        known = {"schema": 1, "verdict": str(self.verdict), "seed": self.seed, "interrupted": self.interrupted}
        return known | {"notes": self.notes, "results": rows}

    def _repr_html_(self) -> str:
        """What a notebook shows: the verdict, what failed and why, the numbers."""
        from ..show.html_report import report_html

        return report_html(self)

    @property
    def exit_status(self) -> int:
        """0 everything passed; 1 something failed; 3 nothing failed but something stayed undecided."""
        return {Verdict.PASS: 0, Verdict.FAIL: 1}.get(self.verdict, 3)


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a check: whoever knows it keeps its `report`, the others stop as at any KeyboardInterrupt."""

    def __init__(self, report: Report):
        super().__init__()
        self.report = report


def unfinished(results: Iterable[Result], why: str) -> list[Result]:
    """The results of a run that was interrupted: what had failed by then has failed, the rest is open."""
    return [r if r.verdict is Verdict.FAIL else replace(r, verdict=Verdict.INCONCLUSIVE, text=why) for r in results]

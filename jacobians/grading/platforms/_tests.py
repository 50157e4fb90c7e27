"""A result as a list of tests, one for each part: what all platforms but the simplest show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...errors import names
from ..assignment import Assignment

MOST = 4000  # characters of one message: Gradescope cuts at 100,000 for all, in the middle


@dataclass(frozen=True)
class Test:
    """One part of one question.

    Attributes:
        number: "2.1"; passed: whether it got all its points; skipped: it could not be graded.
        message: what a student may read.
    """

    question: str
    title: str
    name: str
    number: str
    points: float
    max_points: float
    message: str
    visible: str

    @property
    def passed(self) -> bool:
        return self.points >= self.max_points

    @property
    def shown(self) -> str:
        """The message, for a platform that hides nothing by itself."""
        return self.message if self.visible == "visible" else "shown later."


def tests(result: dict[str, Any]) -> Iterator[Test]:
    """Every part of every question, in order."""
    for k, question in enumerate(result["questions"], start=1):
        for j, part in enumerate(question["parts"], start=1):
            said = part["hint"] or ("right." if part["points"] >= part["max_points"] else "wrong.")
            if question["problem"]:
                said = f"not gradable: {question['problem']}"
            if question["replaced"]:
                said += f" (judged with a correct solution of {', '.join(question['replaced'])} in place of yours)"
            yield Test(
                question["id"],
                question["title"],
                part["name"],
                f"{k}.{j}",
                part["points"],
                part["max_points"],
                plain(said),
                question["visible"],
            )


def grader_failed(result: dict[str, Any]) -> bool:
    """Whether there is no result, through no fault of the submission."""
    return any(f["name"] == "grader-failed" for f in result["flags"])


def not_shown(assignment: Assignment) -> str:
    """The questions that students may not see yet: 'question relu'; empty where they may see all."""
    later = [q.id for q in assignment.questions if q.visible != "visible"]
    return f"question{'s' if len(later) > 1 else ''} {names(later)}" if later else ""


def plain(text: str) -> str:
    """Text that any platform takes: printable, not too long."""
    kept = "".join(c if c.isprintable() or c in "\n\t" else "�" for c in text)
    return kept if len(kept) <= MOST else kept[:MOST] + " …"

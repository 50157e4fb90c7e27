"""A result in words for a student: each question, each part, its hint; and how it is protected, for whoever runs it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Result = dict[str, Any]
_MARKS = {"passed": "✓", "partly": "~", "failed": "✗", "not gradable": "!"}


def student_text(result: Result, hidden: bool = False) -> str:
    """What a student reads.

    Args:
        hidden: with the questions that are not visible yet.
    """
    return "\n".join(_lines(result, hidden))


def shown_of(result: Result, hidden: bool) -> tuple[list[dict[str, Any]], float, float]:
    """The questions that are shown, the points got in them, and the points there are."""
    shown = [q for q in result["questions"] if hidden or q["visible"] == "visible"]
    return shown, sum(q["points"] for q in shown), sum(q["max_points"] for q in shown)


def _lines(result: Result, hidden: bool) -> Iterator[str]:
    shown, points, most = shown_of(result, hidden)
    yield f"{result['submission']['name']}: {points:g} of {most:g} points"
    if not result["gradable"]:
        yield f"not gradable: {result['problem']}"
        return
    for question in shown:
        mark = _MARKS[question["status"]]
        yield f"{mark} {question['title']}: {question['points']:g} of {question['max_points']:g}"
        yield from (f"    {line}" for line in question_lines(question))
    yield from later(result, shown)


def later(result: Result, shown: list[dict[str, Any]]) -> Iterator[str]:
    """One line where there are more questions than are shown."""
    if len(shown) < len(result["questions"]):
        yield f"({len(result['questions']) - len(shown)} more questions are shown later)"


def question_lines(question: dict[str, Any]) -> list[str]:
    """One line for each part of a question that did not get all its points, and what else is worth knowing."""
    lines = question_problems(question)
    for part in question["parts"]:
        if part["points"] < part["max_points"] and not question["problem"]:
            lines.append(f"{part['points']:g}/{part['max_points']:g}  {part_said(part)}")
    return lines


def question_problems(question: dict[str, Any]) -> list[str]:
    """What is worth knowing of a question as a whole."""
    lines = [f"not gradable: {question['problem']}"] if question["problem"] else []
    if question["replaced"]:
        lines.append(f"judged with a correct solution of {', '.join(question['replaced'])} in place of yours")
    return lines


def part_said(part: dict[str, Any]) -> str:
    """What is said of a part that did not get all its points: as much as the instructor allows."""
    return part["hint"] or f"{part['name']}: wrong."


def protections_text(result: Result) -> str:
    """One line: the level of the sandbox, and what is not active."""
    sandbox = result["sandbox"]
    missing = [p["name"] for p in sandbox["protections"] if not p["active"]]
    return f"sandbox: {sandbox['level']}" + (f"; not active: {', '.join(missing)}" if missing else "")

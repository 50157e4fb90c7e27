"""otter-grader: a zip of test files in its exception-based format, one a question, one test case a part."""

from __future__ import annotations

import re
from pathlib import Path

from ..assignment import Assignment, Question
from ._bundle import zipped

HELP = "a zip of test files, for otter's tests/ folder"


def bundle(assignment: Assignment, wheels: Path | None) -> tuple[str, bytes]:
    """The test files."""
    name = assignment.path.name if assignment.path else "assignment.toml"
    files = {f"tests/{_plain(q.id)}.py": file_of(q, name).encode() for q in assignment.questions}
    return "otter-tests.zip", zipped(files)


def file_of(question: Question, assignment: str) -> str:
    """One question's test file."""
    lines = ["from otter.test_files import test_case", "", "OK_FORMAT = False", "", f"name = {question.id!r}"]
    lines += [f"points = {sum(question.points.values()):g}", ""]
    for part, points in question.points.items():
        right, wrong = (f"{question.title}: {part} is {word}" for word in ("right", "wrong"))
        lines += [
            "",
            f"@test_case(points={points:g}, success_message={right!r}, failure_message={wrong!r})",
            f"def test_{_plain(part)}(env):",
            "    from jacobians.grading.cell import full",
            "",
            f"    assert full(env['In'], {assignment!r}, {question.id!r}, {part!r})",
            "",
        ]
    return "\n".join(lines)


def _plain(name: str) -> str:
    return re.sub(r"\W", "_", name)

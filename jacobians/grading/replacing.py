"""Where a question's prerequisite failed: the solution's code in its place, so that nothing costs twice."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ..adapters.conventions.find import loose
from .assignment import Assignment
from .code import wanted_names


def replaced(source: str, assignment: Assignment, failed: Iterable[str]) -> str:
    """The student's source with the solution's functions for these questions written after it: they take over.

    Args:
        failed: ids of questions that did not get all their points.
    """
    assert assignment.solution
    lines = assignment.solution.splitlines()
    questions = [q for q in assignment.questions if q.id in failed]
    wanted = {loose(name.partition(".")[0]) for q in questions for name in wanted_names(assignment, q)}
    pieces = [
        "\n".join(lines[_first(node) - 1 : node.end_lineno])
        for node in ast.parse(assignment.solution).body
        if isinstance(node, ast.Import | ast.ImportFrom) or loose(getattr(node, "name", "")) in wanted
    ]
    return "\n\n".join([source, *pieces]) + "\n"


def _first(node: ast.stmt) -> int:
    """The line a statement begins on, its decorators included."""
    return min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])

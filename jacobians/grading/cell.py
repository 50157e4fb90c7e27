"""One question from inside a notebook: for a test cell of nbgrader or otter.

    from jacobians.grading.cell import score
    score(In, "a2.toml", "affine")              # prints the hints; the points are the cell's value

The definitions in the cells run so far go to a worker in the sandbox; what comes back is judged as anywhere else. But
the number is handed to a kernel that the student's code has run in, and could be forged there: for marks that count,
grade the notebooks with `jacobians grade`, which runs no notebook.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import BadFile, UnknownName, names, nearest
from .assignment_file import load
from .command import PUBLIC
from .submission import Submission
from .words import question_lines
from .work import Job, Terms, work

_known: dict[tuple[str, str, str], dict[str, Any]] = {}  # results of this kernel, by assignment, cells, question


def score(cells: Sequence[str], assignment: str | Path, question: str, part: str | None = None) -> float:
    """The points for a question, or for one part of it; its hints are printed.

    Args:
        cells: the sources of the notebook's cells: In, in a notebook.
        assignment: the path of the assignment.

    Raises:
        JacobiansError: there is no such assignment, question or part.
    """
    row = _graded(cells, assignment, question)
    lines = question_lines(row)
    if lines:
        print("\n".join(lines))
    if part is None:
        return row["points"]
    parts = {p["id"]: p["points"] for p in row["parts"]}
    if part not in parts:
        raise UnknownName(f"question {question!r} has no part {part!r}: it has {names(parts)}.{nearest(part, parts)}")
    return parts[part]


def full(cells: Sequence[str], assignment: str | Path, question: str, part: str) -> bool:
    """Whether a part gets all its points: what an otter test asserts."""
    row = _graded(cells, assignment, question)
    found = next((p for p in row["parts"] if p["id"] == part), None)
    return found is not None and score(cells, assignment, question, part) >= found["max_points"]


def _graded(cells: Sequence[str], path: str | Path, question: str) -> dict[str, Any]:
    assignment = load(path)
    chosen = [q for q in assignment.questions if q.id == question]
    if not chosen:
        known = [q.id for q in assignment.questions]
        raise UnknownName(f"{path} has no question {question!r}: it has {names(known)}.{nearest(question, known)}")
    one = replace(assignment, questions=(replace(chosen[0], requires=()),), files=())
    submission = Submission("notebook", {"notebook.ipynb": _notebook(cells)})
    terms = (str(path) + assignment.digest, submission.digest, question)
    if terms not in _known:
        _known[terms] = work(Job("notebook", submission), Terms(one, PUBLIC))[0]["questions"][0]
    return _known[terms]


def _notebook(cells: Sequence[Any]) -> bytes:
    """The cells as a notebook; one that is no Python by now (it failed when it ran) is left out."""
    if isinstance(cells, str) or not all(isinstance(c, str) for c in cells):
        raise BadFile("the first argument is the list of the cells' sources: write In")
    kept = [{"cell_type": "code", "source": c} for c in cells if _parses(c)]
    return json.dumps({"cells": kept}).encode("utf-8", "replace")


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return any(line.lstrip().startswith(("%", "!")) for line in source.splitlines())
    return True

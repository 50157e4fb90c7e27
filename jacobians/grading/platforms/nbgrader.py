"""nbgrader: a notebook of autograded test cells, one a question, to be pasted below the cells that students write.

The cell's value is the points, which nbgrader takes for partial credit. Its metadata are those of nbgrader's schema 3.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from ..assignment import Assignment

HELP = "a notebook of test cells"


def bundle(assignment: Assignment, wheels: Path | None) -> tuple[str, bytes]:
    """The notebook."""
    name = assignment.path.name if assignment.path else "assignment.toml"
    cells = [_cell(q.id, sum(q.points.values()), name) for q in assignment.questions]
    notebook = {"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
    return "nbgrader-tests.ipynb", json.dumps(notebook, indent=1).encode() + b"\n"


def _cell(question: str, points: float, assignment: str) -> dict[str, object]:
    id = "test_" + re.sub(r"[^a-zA-Z0-9_-]", "_", question)
    source = f"from jacobians.grading.cell import score\n\nscore(In, {assignment!r}, {question!r})"
    marks = int(points) if float(points).is_integer() else points
    about = {"schema_version": 3, "grade": True, "locked": True, "solution": False, "task": False, "grade_id": id}
    return {
        "cell_type": "code",
        "id": id[:64],
        "execution_count": None,
        "metadata": {"nbgrader": {**about, "points": marks, "cell_type": "code"}},
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }

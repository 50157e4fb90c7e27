"""GitHub Classroom: the output `result` of a grading step, as autograding-grading-reporter reads it, and a workflow.

A workflow's step writes it, base64 of JSON, to $GITHUB_OUTPUT:

    jacobians grade layers.py --assignment a.toml --platform github >> "$GITHUB_OUTPUT"

The bundle goes into the template repository. Whatever lies in a student's repository, the student can read and change:
so it holds the assignment without its secret, its solution and its hidden questions, and what it reports is feedback.
Marks that count come of `jacobians grade` on the clones, with the secret.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from ..assignment import Assignment
from ..handout import handout
from ._bundle import convention_file, within, zipped
from ._tests import tests
from ._wheel import wheel, wheel_name

HELP = "the output of a grading step, and a workflow"


def render(result: dict[str, Any], assignment: Assignment, seconds: float) -> str:
    """`result=` and base64: status "pass" only at full points, so that the table and the notice agree."""
    listed = list(tests(result))
    found = {
        "version": 1,
        "status": "pass" if all(t.passed for t in listed) else "fail" if result["gradable"] else "error",
        "max_score": result["max_points"],
        "tests": [
            {
                "name": f"{t.number} {t.title}: {t.name}",
                "status": "pass" if t.passed else "fail" if result["gradable"] else "error",
                "score": t.points,
                "message": t.shown,
                "test_code": "",
                "filename": "",
                "line_no": 0,
                "execution_time": "",
            }
            for t in listed
        ],
    }
    return "result=" + base64.b64encode(json.dumps(found, allow_nan=False).encode()).decode() + "\n"


def bundle(assignment: Assignment, wheels: Path | None) -> tuple[str, bytes]:
    """A zip for the template repository: .github/workflows/classroom.yml and what it grades with.

    Args:
        wheels: not looked at: the workflow has PyPI.
    """
    own = convention_file(assignment)
    text = handout(assignment, next(iter(own), None))
    grader = within(".github/jacobians", {"assignment.toml": text.encode(), wheel_name(): wheel()} | own)
    return "github-classroom.zip", zipped(grader | {".github/workflows/classroom.yml": WORKFLOW.encode()})


# The reporter wants this name of the workflow, this one job, and runners of letters and digits only.
WORKFLOW = """\
name: Autograding Tests
on:
  - push
  - repository_dispatch
permissions:
  checks: write
  actions: read
  contents: read
jobs:
  run-autograding-tests:
    runs-on: ubuntu-latest
    if: github.actor != 'github-classroom[bot]'
    timeout-minutes: 20
    steps:
      - name: Check out the code
        uses: actions/checkout@v4
      - name: Set up Python
        uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - name: Install the grader
        run: python -m pip install --quiet .github/jacobians/*.whl
      - name: Grade
        id: jacobians
        run: >
          python -m jacobians grade "$GITHUB_WORKSPACE" --assignment .github/jacobians/assignment.toml
          --public --platform github >> "$GITHUB_OUTPUT"
      - name: Autograding Reporter
        uses: classroom-resources/autograding-grading-reporter@v1
        env:
          JACOBIANS_RESULTS: "${{ steps.jacobians.outputs.result }}"
        with:
          runners: jacobians
"""

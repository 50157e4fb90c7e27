"""GitHub Classroom: the output `result` of a grading step, base64 of JSON, as autograding-grading-reporter reads it.

A workflow's step writes it to $GITHUB_OUTPUT:

    jacobians grade layers.py --assignment a.toml --platform github >> "$GITHUB_OUTPUT"
"""

from __future__ import annotations

import base64
import json
from typing import Any

from ..assignment import Assignment
from ._tests import tests

HELP = "the output of a grading step"


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
                "message": t.message,
                "test_code": "",
                "filename": "",
                "line_no": 0,
                "execution_time": "",
            }
            for t in listed
        ],
    }
    return "result=" + base64.b64encode(json.dumps(found, allow_nan=False).encode()).decode() + "\n"

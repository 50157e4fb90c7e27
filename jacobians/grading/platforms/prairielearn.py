"""PrairieLearn: results.json of an external grader (docs.prairielearn.com/externalGrading), at most 1 MB.

What cannot be graded costs no attempt: gradable is false, and format_errors says why.
"""

from __future__ import annotations

import json
from typing import Any

from ..assignment import Assignment
from ._tests import plain, tests

HELP = "results.json of an external grader"
_MOST = 900_000  # bytes: the platform takes 1 MB


def render(result: dict[str, Any], assignment: Assignment, seconds: float) -> str:
    """results.json."""
    if not result["gradable"]:
        found: dict[str, Any] = {"gradable": False, "format_errors": [plain(result["problem"])]}
        return json.dumps(found, indent=1, allow_nan=False) + "\n"
    shown = [t for t in tests(result) if t.visible == "visible"]
    found = {
        "gradable": True,
        "score": min(1.0, result["points"] / result["max_points"]) if result["max_points"] else 0.0,
        "message": "",
        "output": "",
        "tests": [
            {
                "name": f"{t.number} {t.title}: {t.name}",
                "description": t.title,
                "points": t.points,
                "max_points": t.max_points,
                "message": t.message,
                "output": "",
            }
            for t in shown
        ],
    }
    text = json.dumps(found, indent=1, allow_nan=False) + "\n"
    if len(text.encode()) > _MOST:
        for each in found["tests"]:
            each["message"] = each["message"][:200]
        text = json.dumps(found, allow_nan=False) + "\n"
    return text

"""Autolab: the last two lines of the driver's output, semantic feedback and the scores by problem.

The problems on the site are to be called as the questions' ids (docs.autolabproject.com: lab, formatted feedback).
"""

from __future__ import annotations

import json
from typing import Any

from ..assignment import Assignment
from ._tests import tests

HELP = "the driver's last lines: feedback and scores"


def render(result: dict[str, Any], assignment: Assignment, seconds: float) -> str:
    """Two lines of JSON, the scores last."""
    stages: dict[str, dict[str, Any]] = {}
    for t in tests(result):
        if t.visible == "visible":
            said = {"passed": t.passed} if t.passed else {"passed": False, "hint": t.message}
            stages.setdefault(t.title, {})[t.name] = said
    feedback = {"_presentation": "semantic", "stages": list(stages), **stages}
    scores = {q["id"]: q["points"] for q in result["questions"]}
    last = {"scores": scores, "scoreboard": [result["points"]]}
    return "".join(json.dumps(line, allow_nan=False) + "\n" for line in (feedback, last))

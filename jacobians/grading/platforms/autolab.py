"""Autolab: the last two lines of the driver's output, and the lab to be imported (docs.autolabproject.com: lab).

The lines are semantic feedback and the scores by problem; the problems are the questions, by their ids. The lab is a
tar of its settings, autograde-Makefile and autograde.tar; a submission is graded where no other is, as the user that
Autolab has there. Where the grader itself fails no scores are printed: Autolab then keeps those that there are.

Students see all that is printed, while it is printed. So a question that is not visible has no score there, and `note`
says how it gets one.
"""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath
from typing import Any

from ..assignment import Assignment
from ..words import shown_of
from ._bundle import grader_files, tarred
from ._script import GRADED
from ._tests import grader_failed, not_shown, plain, tests

HELP = "the driver's last lines, feedback and scores, and the lab's tar"


def render(result: dict[str, Any], assignment: Assignment, seconds: float) -> str:
    """Two lines of JSON, the scores last; where the grader failed, a sentence."""
    if grader_failed(result):
        return " ".join(plain(result["problem"]).split()) + "\n"
    stages: dict[str, dict[str, Any]] = {}
    for t in tests(result):
        if t.visible == "visible":
            said = {"passed": t.passed} if t.passed else {"passed": False, "hint": t.message}
            stages.setdefault(t.title, {})[t.name] = said
    feedback = {"_presentation": "semantic", "stages": list(stages), **stages}
    shown, points, _ = shown_of(result, hidden=False)
    last = {"scores": {q["id"]: q["points"] for q in shown}, "scoreboard": [round(points, 6)]}
    return "".join(json.dumps(line, allow_nan=False) + "\n" for line in (feedback, last))


def bundle(assignment: Assignment, wheels: Path | None) -> tuple[str, bytes]:
    """The lab: "Import from tarball" takes it."""
    lab = "lab" + re.sub(r"[^a-z0-9]", "", assignment.title.lower())  # all that a name may hold
    handin = PurePosixPath(assignment.files[0]).name if len(assignment.files) == 1 else "homework.py"
    handin = "homework.zip" if len(assignment.files) > 1 else handin
    grader = grader_files(assignment, wheels) | {"driver.sh": DRIVER.encode()}
    files = {
        f"{lab}.yml": _settings(assignment, lab, handin).encode(),
        f"{lab}.rb": RUBY.format(module=lab.capitalize(), lab=lab).encode(),
        "autograde-Makefile": MAKEFILE.format(handin=handin).encode(),
        "autograde.tar": tarred("autograde", grader),
    }
    return f"{lab}.tar", tarred(lab, files)


def note(assignment: Assignment) -> str:
    """What whoever imports the lab should know."""
    if not (later := not_shown(assignment)):
        return ""
    said = f"Autolab shows students all scores at once: it gets none of {later}"
    return f"{said}; when they may be seen, make them visible, bundle again and regrade"


def _settings(assignment: Assignment, lab: str, handin: str) -> str:
    """The lab's YAML: a problem for each question."""
    title = json.dumps(assignment.title, ensure_ascii=False)
    lines = ["---", "general:", f"  name: {lab}", f"  display_name: {title}", f"  description: {title}"]
    lines += [f"  handin_filename: {json.dumps(handin)}", "  handin_directory: handin", "  max_grace_days: 0"]
    lines += ["  max_submissions: -1", "  disable_handins: false", "  max_size: 2", "  category_name: Lab", "problems:"]
    for q in assignment.questions:
        lines += [f"- name: {json.dumps(q.id, ensure_ascii=False)}"]
        lines += [f"  description: {json.dumps(q.title, ensure_ascii=False)}"]
        lines += [f"  max_score: {sum(q.points.values())}", "  optional: false"]
    lines += [
        "autograder:",
        "  autograde_timeout: 300",
        "  autograde_image: autograding_image",
        "  release_score: true",
    ]
    return "\n".join(lines) + "\n"


RUBY = """\
require "AssessmentBase"

module {module}
  include AssessmentBase

  def assessmentInitialize(course)
    super("{lab}", course)
    @problems = []
  end
end
"""

MAKEFILE = """\
# Run by Autolab for each submission, which lies beside it.
all:
\t@tar xf autograde.tar
\t@bash autograde/driver.sh {handin}
"""

DRIVER = f"""\
#!/usr/bin/env bash
# Run for each submission. Standard output is the grader's alone: its last line is the scores.
{GRADED}
if graded "$(cd "$here/.." && pwd)/$1" autolab "$here/said" 2>"$here/errors" && [ -s "$here/said" ]; then
    cat "$here/said"
else
    echo "The grader itself failed: $(tail -n 1 "$here/errors")"
    exit 1
fi
"""

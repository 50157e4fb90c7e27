"""PrairieLearn: results.json of an external grader (docs.prairielearn.com/externalGrading), and a question's folder.

The score is one number, shown at once: it counts what is not visible, too, and `note` says so.

The results take 1 MB at most. What cannot be graded costs no attempt: gradable is false, and format_errors says why.
The folder goes into the course's questions/. Its tests/run.sh grades in the platform's own image for Python, which has
NumPy and SciPy, and needs no network there; students get question.html, and nothing of tests/.
"""

from __future__ import annotations

import json
import re
import uuid
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any

from ..assignment import Assignment
from ..code import wanted_names
from ._bundle import grader_files, within, zipped
from ._script import GRADED
from ._tests import not_shown, plain, tests

HELP = "results.json of an external grader, and a question's folder"
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


def bundle(assignment: Assignment, wheels: Path | None) -> tuple[str, bytes]:
    """A zip of the question's folder."""
    folder = re.sub(r"\W+", "-", assignment.title.lower()).strip("-") or "assignment"
    files = {"info.json": _info(assignment), "question.html": _question(assignment)}
    tests = grader_files(assignment, wheels) | {"run.sh": RUN.encode()}
    return "prairielearn.zip", zipped(
        within(folder, {k: v.encode() for k, v in files.items()} | within("tests", tests))
    )


def note(assignment: Assignment) -> str:
    """What whoever puts the question into a course should know."""
    if not (later := not_shown(assignment)):
        return ""
    return f"PrairieLearn shows students one score at once, and it counts {later} too; what is said of it is hidden"


def _info(assignment: Assignment) -> str:
    """info.json; the question keeps its uuid when the assignment is mended and bundled again."""
    info = {
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"jacobians:{assignment.title}")),
        "type": "v3",
        "title": assignment.title,
        "topic": "Backpropagation",
        "gradingMethod": "External",
        "singleVariant": True,
        "externalGradingOptions": {
            "enabled": True,
            "image": "prairielearn/grader-python",
            "entrypoint": "/grade/tests/run.sh",
            "timeout": 300,
        },
    }
    return json.dumps(info, indent=2) + "\n"


def _question(assignment: Assignment) -> str:
    """question.html, a Mustache template: what is to be written, a field for the files, and the results."""
    shown = [q for q in assignment.questions if q.visible == "visible"]
    rows = [
        f"    <li>{_text(q.title)} ({sum(q.points.values()):g} points): "
        + ", ".join(f"<code>{_text(n)}</code>" for n in wanted_names(assignment, q)) + "</li>"
        for q in shown
    ]  # fmt: skip
    files = ",".join(_text(PurePosixPath(n).name) for n in assignment.files or ("homework.py",))
    lines = [
        "<pl-question-panel>",
        f"  <p>{_text(assignment.title)}: write and hand in</p>",
        "  <ul>",
        *rows,
        "  </ul>",
    ]
    lines += [
        "</pl-question-panel>",
        f'<pl-file-upload file-names="{files}"></pl-file-upload>',
        "<pl-submission-panel>",
    ]
    lines += ["  <pl-external-grader-results></pl-external-grader-results>", "  <pl-file-preview></pl-file-preview>"]
    return "\n".join([*lines, "</pl-submission-panel>"]) + "\n"


def _text(text: str) -> str:
    return escape(text).replace("{", "&#123;")


RUN = f"""\
#!/usr/bin/env bash
# Run for each submission, in a container of its own. Whatever happens, there is a results.json.
{GRADED}
root="${{JOB_DIR:-/grade}}"
results="$root/results/results.json"
mkdir -p "$root/results"
chmod 700 "$root/results"
graded "$root/student" prairielearn "$results"
if [ ! -s "$results" ]; then
    echo '{{"gradable": false, "format_errors": ["The grader itself failed; your instructor sees why."]}}' > "$results"
fi
exit 0
"""

"""grade: one submission, one assignment, one secret in; one result out, the same again whenever it is asked.

The result is plain data (schema 1), and nothing in it depends on the clock, the machine's load, or another submission.
Whatever a submission does, there is a result: what cannot be graded says why.
"""

from __future__ import annotations

import platform
from typing import Any

import numpy as np

from .. import __version__
from ..errors import BadFile
from .assignment import Assignment
from .code import wanted_names
from .flags import in_source
from .question import Opener, Result, grade_question, not_gradable
from .sandbox.limits import Meter
from .secret import key_id, seed
from .submission import Submission, source_for, sources_of, texts

SCHEMA = 1


def grade(submission: Submission, assignment: Assignment, secret: bytes, sandbox: Opener) -> Result:
    """Grade one submission.

    Args:
        secret: the course's (see secret.py): with it the inputs are drawn.
        sandbox: where the student's code runs.

    Raises:
        JacobiansError: the sandbox itself failed; that is no fault of the submission.

    Returns:
        The result, JSON-able: points, and for each question its parts, their regimes, hints and diagnoses; flags for a
        person; the protections that were active.
    """
    result = _header(submission, assignment, secret, sandbox)
    try:
        sources = sources_of(submission, assignment.files)
    except BadFile as error:
        return result | _not_gradable(assignment, str(error))
    flags = [flag for name, text in texts(submission, sources).items() for flag in in_source(text, name)]
    questions, meter = list[Result](), Meter()
    for question in assignment.questions:
        fallen = [q["id"] for q in questions if q["id"] in question.requires and q["points"] < q["max_points"]]
        source = source_for(sources, wanted_names(assignment, question))
        drawn = seed(secret, assignment.digest, submission.digest, question.id)
        questions.append(grade_question(question, assignment, source, drawn, sandbox, flags, meter, fallen))
    gradable = any(q["gradable"] for q in questions)
    return result | {
        "gradable": gradable,
        "problem": None if gradable else questions[0]["problem"],
        "points": round(sum(q["points"] for q in questions), 6),
        "questions": questions,
        "flags": [dict(f) for f in {tuple(sorted(f.items())): f for f in flags}.values()],
    }


def not_graded(submission: Submission, assignment: Assignment, secret: bytes, sandbox: Opener, problem: str) -> Result:
    """The result of a submission that nothing can be said about, with the reason."""
    return _header(submission, assignment, secret, sandbox) | _not_gradable(assignment, problem)


def _header(submission: Submission, assignment: Assignment, secret: bytes, sandbox: Opener) -> Result:
    return {
        "schema": SCHEMA,
        "tool": {"jacobians": __version__, "numpy": np.__version__, "python": platform.python_version()},
        "assignment": {"title": assignment.title, "digest": assignment.digest},
        "submission": {"name": submission.name, "digest": submission.digest, "files": sorted(submission.files)},
        "key": key_id(secret),
        "sandbox": {"level": str(sandbox.level), "protections": [_plain(p) for p in sandbox.protections]},
        "max_points": round(assignment.max_points, 6),
    }


def _plain(protection: Any) -> dict[str, Any]:
    """Its name, and where it is not active why; what was tried to see that it is differs from run to run."""
    said = {} if protection.active else {"detail": str(protection.detail)}
    return {"name": protection.name, "active": bool(protection.active), **said}


def _not_gradable(assignment: Assignment, problem: str) -> Result:
    """The result of what cannot be taken up at all."""
    rows = [not_gradable(question, problem) for question in assignment.questions]
    return {"gradable": False, "problem": problem, "points": 0.0, "questions": rows, "flags": []}

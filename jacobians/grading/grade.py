"""grade: one submission, one assignment, one secret in; one result out, the same again whenever it is asked.

The result is plain data (schema 1), and nothing in it depends on the clock, the machine's load, or another submission.
Whatever a submission does, there is a result: what cannot be graded says why.
"""

from __future__ import annotations

import platform
from dataclasses import asdict, replace
from typing import Any, Protocol

import numpy as np

from .. import __version__
from ..errors import BadFile, UnknownName
from ..verify.door import Broken
from .assignment import UPDATE, Assignment, Question
from .code import called, code_for, given, wanted_names
from .flags import Flag, in_answers, in_source
from .judging import judge, update_faults
from .marks import NOT_GRADED, Marked, mark
from .replacing import replaced
from .sandbox.limits import Meter
from .secret import key_id, seed
from .submission import Source, Submission, source_for, sources_of, texts
from .thrift import Thrifty
from .watching import hidden

SCHEMA = 1
Result = dict[str, Any]


class Opener(Protocol):
    """What opens places for code: a sandbox."""

    level: str
    protections: Any

    def open(self, source: bytes, filename: str, given: Any = None, others: Any = None, meter: Any = None) -> Any: ...


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
        if fallen:
            source = replace(source, text=replaced(source.text, assignment, fallen))
        drawn = seed(secret, assignment.digest, submission.digest, question.id)
        questions.append(_question(question, assignment, source, drawn, sandbox, meter, flags))
        questions[-1]["replaced"] = fallen
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


def _question(
    question: Question,
    assignment: Assignment,
    source: Source,
    drawn: int,
    sandbox: Opener,
    meter: Meter,
    flags: list[Flag],
) -> Result:
    """One question: judged in a process of its own, marked part by part."""
    terms = (assignment.dtype, drawn, question.settings, question.regimes)
    try:
        with _opened(sandbox, source, assignment, meter) as worker:
            place = Thrifty(worker)
            fast, layer = code_for(place, assignment, question)
            judgement = judge(fast, layer, *terms)
            if UPDATE in question.points and not fast.missing:
                judgement.faults += update_faults(*code_for(place, assignment, question, update=True), *terms)
            watching = (worker, fast, layer, judgement, assignment.dtype, drawn, question.settings)
            hiding = [] if fast.missing else list(hidden(*watching))
            if place.trouble:
                raise place.trouble
    except (BadFile, UnknownName, Broken) as error:
        return _question_row(question, drawn, [_nothing(p, m) for p, m in question.points.items()], str(error))
    where = f"question {question.id}"
    flags += [{**f, "where": where} for f in (*in_answers(judgement), *hiding)]
    marked = mark(question, judgement, assignment, called(fast), fast.missing)
    return _question_row(question, drawn, marked, None, judgement.notes)


def _opened(sandbox: Opener, source: Source, assignment: Assignment, meter: Meter) -> Any:
    """A place of its own for one question: nothing that another left behind is there."""
    text = source.text.encode("utf-8", "replace")
    return sandbox.open(text, source.name, given(assignment), source.others, meter)


def _nothing(part: str, points: float) -> Marked:
    return Marked(part, part, 0.0, points, NOT_GRADED)


def _question_row(
    question: Question, drawn: int, marked: list[Marked], problem: str | None, notes: list[str] | None = None
) -> Result:
    points, most = sum(m.points for m in marked), sum(m.max_points for m in marked)
    status = "not gradable" if problem else "passed" if points >= most else "partly" if points else "failed"
    return {
        "id": question.id,
        "title": question.title,
        "layer": question.layer,
        "gradable": problem is None,
        "problem": problem,
        "status": status,
        "points": round(points, 6),
        "max_points": round(most, 6),
        "visible": question.visible,
        "seed": str(drawn),
        "replaced": [],
        "notes": notes or [],
        "parts": [asdict(m) for m in marked],
    }


def _not_gradable(assignment: Assignment, problem: str) -> Result:
    """The result of what cannot be taken up at all."""
    rows = [_question_row(q, 0, [_nothing(p, m) for p, m in q.points.items()], problem) for q in assignment.questions]
    return {"gradable": False, "problem": problem, "points": 0.0, "questions": rows, "flags": []}

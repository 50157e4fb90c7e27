"""Grading one question of a submission: judged in a process of its own, marked part by part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Protocol

from ..errors import BadFile, UnknownName, names
from ..verify.door import Broken
from .assignment import UPDATE, Assignment, Question
from .code import called, code_for, given, wanted_names
from .flags import Flag, in_answers
from .judging import judge, update_faults
from .marks import NOT_GRADED, Marked, mark
from .replacing import replaced
from .sandbox.limits import Meter
from .submission import Source
from .thrift import Thrifty
from .watching import hidden
from .withheld import withheld

Result = dict[str, Any]


class Opener(Protocol):
    """What opens places for code: a sandbox."""

    level: str
    protections: Any

    def open(self, source: bytes, filename: str, given: Any = None, others: Any = None, meter: Any = None) -> Any: ...


def grade_question(
    question: Question,
    assignment: Assignment,
    source: Source,
    drawn: int,
    sandbox: Opener,
    flags: list[Flag],
    meter: Meter,
    fallen: Sequence[str] = (),
) -> Result:
    """The result of one question.

    Args:
        drawn: the seed of its inputs.
        flags: what a person should look at is added here.
        meter: what the submission has taken so far.
        fallen: the questions it requires that failed: the solution's code takes their place.
    """
    terms = (assignment.dtype, drawn, question.settings, question.regimes)
    lines = len(source.text.splitlines()) if fallen else None
    try:
        whole = replaced(source, assignment, fallen, drawn) if fallen else source
        with _opened(sandbox, whole, assignment, meter) as worker:
            place = Thrifty(worker)
            fast, layer = code_for(place, assignment, question)
            judgement = judge(fast, layer, *terms)
            judgement.withheld = lines
            if UPDATE in question.points and not fast.missing:
                judgement.faults += update_faults(*code_for(place, assignment, question, update=True), *terms)
            watching = (worker, fast, layer, judgement, assignment.dtype, drawn, question.settings)
            hiding = [] if fast.missing else list(hidden(*watching))
            if place.trouble:
                raise place.trouble
    except (BadFile, UnknownName, Broken) as error:
        if lines is None:
            return _row(question, drawn, _nothing(question), str(error))
        wanted = names(wanted_names(assignment, question))
        said = withheld(f"the code that should define {wanted} could not be used", str(error), lines)
        return _row(question, drawn, _nothing(question), said, [str(error)], fallen)
    where = f"question {question.id}"
    flags += [{**f, "where": where} for f in (*in_answers(judgement), *hiding)]
    marked = mark(question, judgement, assignment, called(fast), fast.missing)
    return _row(question, drawn, marked, None, judgement.notes, fallen)


def not_gradable(question: Question, problem: str) -> Result:
    """The result of a question of a submission that cannot be taken up at all."""
    return _row(question, 0, _nothing(question), problem)


def _opened(sandbox: Opener, source: Source, assignment: Assignment, meter: Meter) -> Any:
    """A place of its own for one question: nothing that another left behind is there."""
    text = source.text.encode("utf-8", "replace")
    return sandbox.open(text, source.name, given(assignment), source.others, meter)


def _nothing(question: Question) -> list[Marked]:
    return [Marked(part, part, 0.0, points, NOT_GRADED) for part, points in question.points.items()]


def _row(
    question: Question,
    drawn: int,
    marked: list[Marked],
    problem: str | None,
    notes: Sequence[str] = (),
    fallen: Sequence[str] = (),
) -> Result:
    """The result as plain data. Students do not see its notes."""
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
        "replaced": list(fallen),
        "notes": list(notes),
        "parts": [asdict(m) for m in marked],
    }

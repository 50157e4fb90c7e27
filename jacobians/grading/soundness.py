"""Is an assignment sound? Right code must get full marks, and what is no answer at all must get none.

Right code is the solution, put through sandbox and convention as a submission is. Without one it is the efficient twin
in reference/, which enters without the convention: then the convention is not tried, and the report says so.

    zeros                   y and every gradient are 0
    constants               y and every gradient are 1
    NaN                     y and every gradient are NaN
    all-ones upstream       forward is right, backward takes g for ones
    first answer again      forward is right, backward gives what it gave the first time
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..errors import BadFile, names
from ..kinds import class_of
from ..layer import Layer
from ..layers import find
from ..point import Point
from ..verify.door import parameters, taking
from .assignment import CONTRACT, FORWARD, UPDATE, Assignment, Question
from .code import called, code_for, given, wanted_names
from .grade import grade
from .judging import judge
from .marks import Marked, mark
from .question import Opener, grade_question
from .replacing import roots
from .sandbox.limits import Meter
from .submission import Source, Submission, source_for, sources_of
from .thrift import Thrifty

SECRET = b"the secret of a soundness check"
Gradients = dict[str, np.ndarray]
Answer = Callable[[Gradients, np.ndarray], Gradients]


@dataclass(frozen=True)
class Sound:
    """What was found about one question.

    Attributes:
        problems: what is not as it should be, a sentence each; empty where the question is sound.
        said: what was tried, for a person.
    """

    question: str
    problems: list[str]
    said: str


def soundness(assignment: Assignment, sandbox: Opener, solution: Submission | None) -> Iterator[Sound]:
    """Examine every question.

    Args:
        solution: a correct submission; None: the twins in reference/.
    """
    graded = grade(solution, assignment, SECRET, sandbox) if solution else None
    for k, question in enumerate(assignment.questions):
        if graded and solution:
            row = graded["questions"][k]
            problems = _not_full(row)
            if row["gradable"]:
                source = source_for(sources_of(solution, assignment.files), wanted_names(assignment, question))
                problems += _where_replaced(assignment, question, source, sandbox)
                place: Any = sandbox.open(source.text.encode(), source.name, given(assignment), source.others)
                yield _examined(assignment, question, place, source, problems, "the solution")
            else:
                yield Sound(question.id, problems, "the solution is not gradable")
        else:
            yield _examined(
                assignment, question, nullcontext(), None, [], "its twin in reference/, without the convention,"
            )


def _examined(
    assignment: Assignment, question: Question, place: Any, source: Source | None, problems: list[str], who: str
) -> Sound:
    """The cheats, put to one question in place of a student's code."""
    with place as there:
        fast, layer = code_for(Thrifty(there), assignment, question) if source else _twin(assignment, question)
        terms = (assignment.dtype, 7, question.settings, question.regimes)
        right = judge(fast, layer, *terms)
        if source is None:
            problems = _not_right(mark(question, right, assignment, called(fast)))
        if not right.asked:
            problems.append("no regime of the layer has a form in this convention: nothing is asked")
        for name, cheat in _cheats(fast):
            marked = mark(question, judge(cheat, layer, *terms, explained=False), assignment, called(fast))
            got = sum(m.points for m in marked if m.id != FORWARD or not cheat.honest_forward)
            if got:
                parts = ", ".join(m.id for m in marked if m.points)
                problems.append(f"{name} would get {got:g} points ({parts})")
    counted = {a or FORWARD: len(p.counted) for a, p in right.parts.items()}
    regimes = max(counted.values(), default=0)
    tried = ", ".join(name for name, _ in _cheats(fast))
    return Sound(question.id, problems, f"{who} in {regimes} regimes; tried as cheats: {tried}")


def _where_replaced(assignment: Assignment, question: Question, source: Source, sandbox: Opener) -> list[str]:
    """The solution once more, as a student's who has all wrong that the question requires: that must cost nothing."""
    if not question.requires:
        return []
    if roots(assignment, [question.id]) <= roots(assignment, question.requires):
        said = f"it is written in what {names(question.requires)} asks for, too: the solution's would be judged for it"
        return [f"{said}; take out `requires`"]
    called = {n.partition(".")[0] for q in assignment.questions if q.id in question.requires
              for n in wanted_names(assignment, q)}  # fmt: skip
    wrong = replace(source, text="\n".join([source.text, *(f"{n} = None" for n in sorted(called)), ""]))
    row = grade_question(question, assignment, wrong, 7, sandbox, [], Meter(), question.requires)
    who = f"with a wrong {names(question.requires)}, replaced by the solution's, the solution"
    return _not_full(row, who)


def _not_full(row: dict[str, Any], who: str = "the solution") -> list[str]:
    """Each part of the solution that did not get all its points."""
    if not row["gradable"]:
        return [f"{who} is not gradable: {' '.join(row['notes']) or row['problem']}"]
    wrong = [p for p in row["parts"] if p["points"] < p["max_points"]]
    return [f"{who} gets {p['points']:g} of {p['max_points']:g} for {p['id']}: {p['text']}" for p in wrong]


def _not_right(marked: list[Marked]) -> list[str]:
    wrong = [m for m in marked if m.points < m.max_points and m.id not in (CONTRACT, UPDATE)]
    return [f"its twin gets {m.points:g} of {m.max_points:g} for {m.id}: {m.text}" for m in wrong]


def _twin(assignment: Assignment, question: Question) -> tuple[Any, type[Layer]]:
    if importlib.util.find_spec(f"reference.{question.layer}") is None:
        said = f"question {question.id!r}: reference/ has no twin of {question.layer!r}, so a solution is needed"
        raise BadFile(f"{said}: write --solution FILE")
    return importlib.import_module(f"reference.{question.layer}"), find(question.layer)


class Cheat:
    """Right code whose answers are replaced."""

    def __init__(self, fast: Any, y: Callable[[Any], Any] | None, answer: Answer):
        self.fast, self.y, self.answer, self.honest_forward = fast, y, answer, y is None
        names = parameters(fast.forward)
        self.forward = taking(names, self._forward) if names else self._forward

    def takes(self, point: Point) -> bool:
        """As the code that it is made of."""
        return self.fast.takes(point) if hasattr(class_of(self.fast), "takes") else True

    def _forward(self, **values: Any) -> Any:
        y, saved = self.fast.forward(**values)
        return (y if self.y is None else self.y(np.asarray(y))), saved

    def backward(self, g: Any, saved: Any) -> Any:
        ones = self.fast.backward(np.ones_like(g), saved)
        return self.answer(ones, g)


def _cheats(fast: Any) -> Iterator[tuple[str, Cheat]]:
    for name, value in (("zeros", 0.0), ("constants", 1.0), ("NaN", np.nan)):
        yield name, _constant(fast, value)
    yield "all-ones upstream", Cheat(fast, None, lambda ones, g: ones)
    first: dict[tuple[int, ...], Gradients] = {}
    yield "first answer again", Cheat(fast, None, lambda ones, g: first.setdefault(np.shape(g), ones))


def _constant(fast: Any, value: float) -> Cheat:
    def filled(v: Any) -> Any:
        return np.full_like(v, value)

    return Cheat(fast, filled, lambda ones, g: {a: filled(v) for a, v in ones.items()})

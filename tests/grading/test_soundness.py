"""The examination of assignments is examined: an assignment in which a cheat gets points is not called sound."""

from __future__ import annotations

from jacobians.grading import judging, marks, soundness
from jacobians.grading.assignment_file import load
from jacobians.grading.submission import Submission
from jacobians.verify.results import Verdict
from tests.grading.fakes import NoSandbox
from tests.grading.homework import RIGHT, SHORT, changed

RIGHT_BYTES = RIGHT.encode()


def examined(path, source=RIGHT_BYTES):
    solution = Submission("s", {"s.py": source}) if source else None
    return {s.question: s for s in soundness.soundness(load(path), NoSandbox(), solution)}


def test_right_code_makes_it_sound_with_the_solution_and_with_the_twins(toml):
    for path, source in ((toml(), RIGHT.encode()), (toml(text=SHORT), None)):
        found = examined(path, source)
        assert not any(s.problems for s in found.values())
    assert "without the convention" in found["relu"].said


def test_a_wrong_solution_is_found(toml):
    found = examined(toml(), changed(("g * (x > 0)", "-g * (x > 0)")))
    assert found["linear"].problems == []
    [problem] = found["relu"].problems
    assert problem.startswith("the solution gets 0 of 1 for x")


def test_a_solution_that_lacks_a_question_is_found(toml):
    found = examined(toml(), changed(("def relu_backward", "def backward")))
    assert "not gradable" in found["relu"].problems[0]


def test_marks_that_would_pay_a_cheat_are_found(toml, monkeypatch):
    def generous(id, name, part, points, judgement, assignment):
        compared = any(s.verdict is not Verdict.INCONCLUSIVE for s in part.seen)
        return marks.Marked(id, name, points if compared else 0.0, points, "PASS")

    monkeypatch.setattr(marks, "_part", generous)
    problems = examined(toml(text=SHORT))["relu"].problems
    assert [p.partition(" would")[0] for p in problems] == [
        "zeros", "constants", "NaN", "all-ones upstream", "first answer again",
    ]  # fmt: skip


def test_a_cheat_that_would_be_carried_is_found(toml, monkeypatch):
    def generous(found, gathered):
        for a, part in found.parts.items():
            part.carried = a != "" and part.verdict is Verdict.FAIL

    monkeypatch.setattr(judging, "carry", generous)
    problems = examined(toml(text=SHORT))["relu"].problems
    assert "zeros would get 0.5 points (x)" in problems

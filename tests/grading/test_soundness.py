"""The examination of assignments is examined: an assignment in which a cheat gets points is not called sound."""

from __future__ import annotations

from jacobians.grading import judging, marks, soundness
from jacobians.grading.assignment_file import load
from jacobians.grading.submission import Submission
from jacobians.verify.results import Verdict
from tests.grading.fakes import NoSandbox
from tests.grading.homework import COMPOSED, RIGHT, SHORT, TWICE, changed

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


BUILDING = changed(("g * (x > 0)", "g * positive(x)"), text=RIGHT + COMPOSED)
HELPER = b"\n\ndef positive(x):\n    return x > 0\n"


def building(toml, source, name="solution.py", question=TWICE):
    (path := toml(text=toml().read_text() + question)).with_name(name).write_bytes(source)
    path.write_text(path.read_text().replace('hints = "formula"', f'hints = "formula"\nsolution = "{name}"'))
    return examined(path, source)


def test_a_question_is_tried_with_its_prerequisites_replaced(toml):
    assert not any(s.problems for s in building(toml, BUILDING + HELPER).values())


def test_a_solution_that_cannot_take_the_place_of_a_student_s_code_is_found(toml):
    """What it leans on is another question's, which does not lie beside a student's code."""
    leaning = changed(("g * (x > 0)", "g * (x > 0) * bool(linear_forward)"), text=RIGHT + COMPOSED)
    found = building(toml, leaning)
    assert not found["relu"].problems
    [problem] = found["twice"].problems
    assert problem.startswith("with a wrong relu, replaced by the solution's, the solution gets 0 of 1 for x")
    assert "NameError" in problem
    found = building(toml, BUILDING + HELPER + b"\nassert __name__ in ('s', '_on_trial_handed_in')\n")
    [problem] = found["twice"].problems
    assert "the solution is not gradable" in problem
    assert "AssertionError" in problem


def test_a_question_written_in_what_it_requires_is_found(toml):
    """Then the solution's code would be judged in place of the student's."""
    same = TWICE.replace("twice_", "relu_")
    [problem] = building(toml, RIGHT.encode(), question=same)["twice"].problems
    assert "take out `requires`" in problem

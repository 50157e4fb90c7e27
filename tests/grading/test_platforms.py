"""What a platform reads is to the letter what it publishes, for right, wrong and hostile submissions alike."""

from __future__ import annotations

import base64
import json
import xml.etree.ElementTree as tree

import pytest

from jacobians.__main__ import main
from jacobians.errors import UnknownName
from jacobians.grading.assignment_file import load
from jacobians.grading.grade import grade, not_graded
from jacobians.grading.platforms import find_platform, platform_names
from jacobians.grading.submission import Submission
from tests.grading.fakes import NoSandbox
from tests.grading.homework import RIGHT, SECRET, changed
from tests.grading.shapes import GITHUB, GRADESCOPE, PRAIRIELEARN, junit_misfits, misfits

SHOWN = ("visible", "after_due_date", "after_published", "hidden")


def submissions():
    """Name and source: right, wrong, no Python, and one that says as evil things as it can."""
    yield "right", RIGHT.encode()
    yield "wrong", changed(("g * (x > 0)", "2 * g * (x > 0)"))
    yield "broken", b"def f(:\n"
    evil = 'raise ValueError("</failure>]]>&\\x00\\x1b[31m\\ud800" + "<b>" * 50000)\n    return'
    yield "evil", changed(("    return np.maximum", f"    {evil} np.maximum"))


@pytest.fixture
def made(toml, request):
    """(assignment, result) of one submission."""
    a = load(toml(('title = "Rectifier"', 'title = "Rectifier"\nvisible = "after_due_date"')))
    return a, grade(Submission("s", {"s.py": dict(submissions())[request.param]}), a, SECRET, NoSandbox())


each = pytest.mark.parametrize("made", [name for name, _ in submissions()], indirect=True)


@each
def test_gradescope(made):
    assignment, result = made
    text = find_platform("gradescope").render(result, assignment, 1.25)
    found = json.loads(text, parse_constant=pytest.fail)
    assert misfits(found, GRADESCOPE) == []
    assert len(text) < 100_000
    assert "\0" not in json.dumps(found, ensure_ascii=False)
    assert found["score"] == result["points"] == sum(t["score"] for t in found["tests"])
    assert sum(t["max_score"] for t in found["tests"]) == assignment.max_points
    assert {t["visibility"] for t in found["tests"]} == {"visible", "after_due_date"}
    assert "sandbox: none; not active: separate process" in found["output"]
    assert ("Not gradable: " in found["output"]) == (not result["gradable"])
    assert all((t["status"] == "passed") == (t["score"] == t["max_score"]) for t in found["tests"])


@each
def test_prairielearn(made):
    assignment, result = made
    text = find_platform("prairielearn").render(result, assignment, 1.25)
    found = json.loads(text, parse_constant=pytest.fail)
    assert misfits(found, PRAIRIELEARN) == []
    assert len(text.encode()) < 1 << 20
    assert found["gradable"] == result["gradable"]
    if found["gradable"]:
        assert found["score"] == pytest.approx(result["points"] / 10)
        assert not any("Rectifier" in t["name"] for t in found["tests"])  # not to be seen yet
    else:
        assert found["format_errors"]


@each
def test_autolab(made):
    assignment, result = made
    *_, feedback, last = find_platform("autolab").render(result, assignment, 1.25).splitlines()
    assert json.loads(last) == {
        "scores": {"linear": result["questions"][0]["points"]},  # the other is not to be seen yet
        "scoreboard": [result["questions"][0]["points"]],
    }
    said = json.loads(feedback)
    assert said["_presentation"] == "semantic"
    assert set(said) == {"_presentation", "stages", *said["stages"]}
    for stage in said["stages"]:
        assert all(set(t) == ({"passed"} if t["passed"] else {"passed", "hint"}) for t in said[stage].values())


@each
def test_github_classroom(made):
    assignment, result = made
    name, _, encoded = find_platform("github").render(result, assignment, 1.25).strip().partition("=")
    found = json.loads(base64.b64decode(encoded, validate=True))
    assert name == "result"
    assert misfits(found, GITHUB) == []
    assert sum(t["score"] for t in found["tests"]) == result["points"]


@each
def test_junit(made):
    assignment, result = made
    root = tree.fromstring(find_platform("junit").render(result, assignment, 1.25))
    cases = root.findall("testsuite/testcase")
    assert len(cases) == int(root.get("tests")) == 7
    wrong = [c for c in cases if c.find("failure") is not None or c.find("error") is not None]
    assert len(wrong) == int(root.get("failures")) + int(root.get("errors"))
    got = sum(float(p.get("value")) for p in root.iter("property") if p.get("name").endswith(": points"))
    assert got == result["points"]
    assert junit_misfits(root) == []


def test_what_is_shown_later_is_not_told_where_nothing_can_be_hidden(toml):
    a = load(toml(('id = "relu"', 'id = "relu"\nvisible = "hidden"')))
    result = grade(Submission("s", {"s.py": changed(("g * (x > 0)", "2 * g"))}), a, SECRET, NoSandbox())
    assert "the values are wrong" in result["questions"][1]["parts"][1]["hint"]
    assert "the values are wrong" not in find_platform("junit").render(result, a, 1.0)
    found = json.loads(base64.b64decode(find_platform("github").render(result, a, 1.0).strip().partition("=")[2]))
    assert [t["message"] for t in found["tests"] if t["status"] != "pass"] == ["shown later."]


@each
@pytest.mark.parametrize("name", [n for n in platform_names() if hasattr(find_platform(n, "HELP"), "render")])
def test_nothing_secret_goes_out(made, name):
    assignment, result = made
    text = find_platform(name).render(result, assignment, 1.25)
    text += base64.b64decode(text.partition("=")[2]).decode() if name == "github" else ""
    for question in result["questions"]:
        assert question["seed"] == "0" or question["seed"] not in text
        for part in question["parts"]:
            assert not part["text"] or part["hint"] == part["text"] or part["text"] not in text


def test_where_the_grader_failed_autolab_is_given_no_scores(toml):
    a, submission = load(toml()), Submission("s", {"s.py": RIGHT.encode()})
    result = not_graded(submission, a, SECRET, NoSandbox(), 'the grader itself failed (E: a\n{"scores": {"relu": 2}})')
    result["flags"].append({"name": "grader-failed", "text": "E", "where": "the grader"})
    said = find_platform("autolab").render(result, a, 1.0)
    assert said.startswith("the grader itself failed (E: ")
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("autolab", "Autolab shows students all scores at once: it gets none of question relu; when they may be seen,"),
        ("prairielearn", "PrairieLearn shows students one score at once, and it counts question relu too"),
    ],
)
def test_what_a_platform_cannot_hide_is_said_with_its_bundle(toml, tmp_path, capsys, monkeypatch, name, said):
    monkeypatch.setenv("JACOBIANS_SECRET", "s" * 40)
    command = ["assignment", "bundle", "--platform", name, "--to", str(tmp_path / "b")]
    assert main([*command, str(toml())]) == 0
    assert "note" not in capsys.readouterr().out
    assert main([*command, str(toml(('id = "relu"', 'id = "relu"\nvisible = "hidden"')))]) == 0
    assert f"note: {said}" in capsys.readouterr().out


def test_a_schema_refuses_what_is_wrong(toml):
    assert misfits({"score": float("nan")}, GRADESCOPE)
    assert misfits({"score": 1, "tests": [{"score": 1, "max_score": 1, "status": "ok"}]}, GRADESCOPE)
    assert misfits({"score": 1, "tests": [], "stdout": ""}, GRADESCOPE)
    assert misfits({"gradable": True, "score": 1.5}, PRAIRIELEARN)
    assert misfits({"version": 1, "status": "passed", "max_score": 1, "tests": []}, GITHUB)
    case = '<testcase name="b" time="1e-3"><properties/></testcase>'
    assert len(junit_misfits(tree.fromstring(f'<testsuites><testsuite name="a">{case}</testsuite></testsuites>'))) == 5


def test_an_unknown_platform_is_told_the_nearest():
    with pytest.raises(UnknownName, match="Did you mean 'gradescope'"):
        find_platform("gradescop")
    with pytest.raises(UnknownName, match="junit has nothing to bundle"):
        find_platform("junit", "bundle")

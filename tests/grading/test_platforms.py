"""What a platform reads is to the letter what it publishes, for right, wrong and hostile submissions alike."""

from __future__ import annotations

import ast
import base64
import importlib.util
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as tree
import zipfile
from pathlib import Path

import pytest

from jacobians.errors import UnknownName
from jacobians.grading.assignment_file import load
from jacobians.grading.grade import grade
from jacobians.grading.platforms import find_platform, platform_names
from jacobians.grading.platforms._bundle import wheel, wheel_name
from jacobians.grading.submission import Submission
from tests.grading.fakes import NoSandbox
from tests.grading.homework import RIGHT, SECRET, changed
from tests.grading.shapes import GITHUB, GRADESCOPE, PRAIRIELEARN, misfits

ROOT = Path(__file__).resolve().parents[2]
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
        "scores": {q["id"]: q["points"] for q in result["questions"]},
        "scoreboard": [result["points"]],
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
    got = sum(
        float(p.get("value")) for c in cases for p in c.findall("properties/property") if p.get("name") == "points"
    )
    assert got == result["points"]


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


def test_a_schema_refuses_what_is_wrong(toml):
    assert misfits({"score": float("nan")}, GRADESCOPE)
    assert misfits({"score": 1, "tests": [{"score": 1, "max_score": 1, "status": "ok"}]}, GRADESCOPE)
    assert misfits({"score": 1, "tests": [], "stdout": ""}, GRADESCOPE)
    assert misfits({"gradable": True, "score": 1.5}, PRAIRIELEARN)
    assert misfits({"version": 1, "status": "passed", "max_score": 1, "tests": []}, GITHUB)


def test_an_unknown_platform_is_told_the_nearest():
    with pytest.raises(UnknownName, match="Did you mean 'gradescope'"):
        find_platform("gradescop")
    with pytest.raises(UnknownName, match="junit has nothing to bundle"):
        find_platform("junit", "bundle")


@pytest.fixture
def unzipped(toml, tmp_path, monkeypatch):
    """The Gradescope bundle where the platform would put it."""
    monkeypatch.setenv("JACOBIANS_SECRET", "s" * 40)
    name, data = find_platform("gradescope", "bundle").bundle(load(toml()), None)
    (tmp_path / name).write_bytes(data)
    with zipfile.ZipFile(tmp_path / name) as archive:
        archive.extractall(tmp_path / "autograder" / "source")
        modes = {e.filename: e.external_attr >> 16 & 0o777 for e in archive.infolist()}
    return tmp_path / "autograder", modes


def test_the_gradescope_bundle_has_its_scripts_at_the_root(unzipped):
    folder, modes = unzipped
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    assert modes["secret.key"] == 0o600
    for script in ("setup.sh", "run_autograder"):
        assert subprocess.run(["bash", "-n", folder / "source" / script], check=False).returncode == 0
    assert load(folder / "source" / "assignment.toml").secret == "file:secret.key"
    assert (folder / "source" / "wheels" / wheel_name()).is_file()


def test_the_gradescope_bundle_grades_from_its_wheel_and_always_writes_a_result(unzipped, tmp_path):
    folder, _ = unzipped
    packages = tmp_path / "installed"
    with zipfile.ZipFile(folder / "source" / "wheels" / wheel_name()) as archive:
        archive.extractall(packages)
    (tmp_path / "home" / "bin").mkdir(parents=True)
    python = tmp_path / "home" / "bin" / "python"  # a link would leave the environment with NumPy behind
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    (folder / "submission").mkdir()
    (folder / "submission" / "mine.py").write_text(RIGHT)
    environment = {k: v for k, v in os.environ.items() if k != "JACOBIANS_SECRET"}
    environment |= {"AUTOGRADER": str(folder), "JACOBIANS_HOME": str(tmp_path / "home"), "PYTHONPATH": str(packages)}
    environment |= {"JACOBIANS_SANDBOX": "basic"}
    script = ["bash", folder / "source" / "run_autograder"]
    subprocess.run(script, env=environment, check=True, capture_output=True)
    results = folder / "results" / "results.json"
    found = json.loads(results.read_text())
    assert misfits(found, GRADESCOPE) == []
    assert found["score"] == 10
    results.unlink()
    subprocess.run(script, env=environment | {"JACOBIANS_HOME": "/nowhere"}, check=True, capture_output=True)
    assert json.loads(results.read_text())["score"] == 0


def test_the_wheel_holds_what_its_record_says(tmp_path):
    (tmp_path / wheel_name()).write_bytes(wheel())
    assert wheel() == (tmp_path / wheel_name()).read_bytes()
    alone = ["-q", "--no-deps", "--no-index", "--no-compile", "--target", tmp_path / "t"]
    command = [sys.executable, "-m", "pip", "install", *alone, tmp_path / wheel_name()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "No module named pip" in done.stderr:
        pytest.skip("this Python has no pip")
    assert done.returncode == 0, done.stderr
    shipped = {p.relative_to(ROOT) for n in ("jacobians", "reference") for p in (ROOT / n).rglob("*") if p.is_file()}
    installed = {p.relative_to(tmp_path / "t") for p in (tmp_path / "t").rglob("*") if p.is_file()}
    assert {p for p in shipped if "__pycache__" not in p.parts} <= installed


@pytest.mark.filterwarnings("ignore")  # of the libraries that nbgrader imports
def test_the_nbgrader_cells_are_autograded_test_cells(toml):
    a = load(toml())
    _, data = find_platform("nbgrader", "bundle").bundle(a, None)
    notebook = json.loads(data)
    about = [c["metadata"]["nbgrader"] for c in notebook["cells"]]
    assert [m["points"] for m in about] == [8, 2]
    assert all(m["grade"] and m["locked"] and not m["solution"] and m["schema_version"] == 3 for m in about)
    if importlib.util.find_spec("nbgrader") is None:
        pytest.skip("nbgrader is not installed: its own reader was not asked")
    import nbformat
    from nbgrader.nbgraderformat import MetadataValidator

    MetadataValidator().validate_nb(nbformat.reads(data.decode(), as_version=4))


@pytest.mark.filterwarnings("ignore")  # of the libraries that otter imports
def test_the_otter_files_are_what_its_reader_takes(toml, tmp_path):
    a = load(toml())
    _, data = find_platform("otter", "bundle").bundle(a, None)
    (tmp_path / "t.zip").write_bytes(data)
    with zipfile.ZipFile(tmp_path / "t.zip") as archive:
        archive.extractall(tmp_path)
        assert sorted(archive.namelist()) == ["tests/linear.py", "tests/relu.py"]
    for path in (tmp_path / "tests").iterdir():
        ast.parse(path.read_text())
    if importlib.util.find_spec("otter") is None:
        pytest.skip("otter-grader is not installed: its own reader was not asked")
    from otter.test_files import ExceptionTestFile

    file = ExceptionTestFile.from_file(str(tmp_path / "tests" / "relu.py"))
    file.run({"In": ["", RIGHT]})
    assert [t.points for t in file.test_cases] == [1, 1]

"""What a platform installs does what the platform runs: unpacked where it would lie, and started as it would be."""

from __future__ import annotations

import ast
import base64
import importlib.util
import json
import os
import re
import shlex
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from jacobians.grading.assignment_file import load
from jacobians.grading.command import public_part
from jacobians.grading.handout import handout
from jacobians.grading.platforms import find_platform
from jacobians.grading.platforms._wheel import wheel, wheel_name
from tests.grading.homework import RIGHT, changed
from tests.grading.shapes import GITHUB, GRADESCOPE, PRAIRIELEARN, PRAIRIELEARN_QUESTION, misfits

ROOT = Path(__file__).resolve().parents[2]
WRONG = changed(("g * (x > 0)", "2 * g"))  # 9 of 10 points


@pytest.fixture
def bundled(toml, tmp_path, monkeypatch):
    """Writes a platform's bundle of an assignment of two questions; the path of the file."""
    monkeypatch.setenv("JACOBIANS_SECRET", "s" * 40)

    def write(platform, *changes):
        name, data = find_platform(platform, "bundle").bundle(load(toml(*changes)), None)
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return write


@pytest.fixture
def run(tmp_path):
    """Runs a script as a platform does: an image with this Python on its path, and nothing of ours in it."""
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin" / "python3"  # a link would leave the environment with NumPy behind
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    (tmp_path / "bin" / "python").symlink_to(python)
    plain = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "HOME": str(tmp_path), "JACOBIANS_SANDBOX": "basic"}

    def run(command, folder, **environment):
        done = subprocess.run(["bash", "-c", command], cwd=folder, env=plain | environment, capture_output=True)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    return run


@pytest.fixture
def unzipped(bundled, tmp_path):
    """The Gradescope bundle where the platform would put it."""
    with zipfile.ZipFile(bundled("gradescope")) as archive:
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
    assert json.loads(results.read_text()) == {
        "score": 0,
        "output": "The grader itself failed; your instructor sees why.",
    }


def test_the_gradescope_bundle_installs_its_own_wheel_and_no_other_of_that_name(unzipped, run, tmp_path):
    folder, _ = unzipped
    said, home = tmp_path / "said", tmp_path / "home"
    python = tmp_path / "bin" / "python3"
    python.write_text(
        f'#!/bin/sh\nif [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi\necho "$@" >> {said}\n'
    )
    status, _, errors = run(f"bash {folder}/source/setup.sh", "/", AUTOGRADER=str(folder), JACOBIANS_HOME=str(home))
    assert (status, errors) == (0, "")
    wheels = folder / "source" / "wheels"
    command = f"-m pip install -q --find-links {wheels} {wheels / wheel_name()}"
    assert said.read_text().splitlines()[-1] == command


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


def test_a_prairielearn_question(bundled, run, tmp_path):
    with zipfile.ZipFile(bundled("prairielearn", ('id = "relu"', 'id = "relu"\nvisible = "hidden"'))) as archive:
        archive.extractall(tmp_path / "questions")
    [question] = (tmp_path / "questions").iterdir()
    info = json.loads((question / "info.json").read_text())
    assert misfits(info, PRAIRIELEARN_QUESTION) == []
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", info["uuid"])
    shown = (question / "question.html").read_text()
    assert "<code>linear_forward</code>" in shown
    assert "relu" not in shown
    assert {"pl-file-upload", "pl-external-grader-results"} <= set(re.findall(r"<(pl-[a-z-]+)", shown))

    grade = tmp_path / "grade"  # what the platform puts at /grade
    (grade / "student").mkdir(parents=True)
    (question / "tests").rename(grade / "tests")
    (grade / "student" / "homework.py").write_bytes(WRONG)
    entry = shlex.quote(info["externalGradingOptions"]["entrypoint"].replace("/grade", str(grade)))
    command, results = f"chmod +x {entry} && {entry}", grade / "results" / "results.json"
    assert run(command, "/", JOB_DIR=str(grade))[0] == 0
    found = json.loads(results.read_text())
    assert misfits(found, PRAIRIELEARN) == []
    assert found["score"] == pytest.approx(0.9)

    (grade / "tests" / "secret.key").unlink()
    results.unlink()
    status, _, errors = run(command, "/", JOB_DIR=str(grade))
    assert status == 0
    assert "secret.key" in errors
    assert misfits(json.loads(results.read_text()), PRAIRIELEARN) == []
    assert json.loads(results.read_text())["gradable"] is False  # no attempt is lost


def test_an_autolab_lab(bundled, run, tmp_path):
    with tarfile.open(bundled("autolab")) as archive:
        first, *entries = archive.getmembers()
        archive.extractall(tmp_path / "courses", filter="data")
    lab = tmp_path / "courses" / first.name
    assert first.isdir()  # its importer takes the first folder's name for the lab's, and reads these two files
    assert re.fullmatch(r"[a-z][a-z0-9]*", first.name)
    assert {f"{first.name}/{first.name}.{kind}" for kind in ("yml", "rb")} <= {e.name for e in entries}
    assert f"module {first.name.capitalize()}\n" in (lab / f"{first.name}.rb").read_text()

    place = tmp_path / "instance"  # where the platform puts three files, and runs make
    place.mkdir()
    (lab / "autograde.tar").rename(place / "autograde.tar")
    (place / "homework.py").write_bytes(WRONG)
    recipe = (lab / "autograde-Makefile").read_text().partition("all:\n")[2]
    command = " && ".join(line.removeprefix("\t@") for line in recipe.splitlines())
    status, out, errors = run(command, place)
    *_, feedback, last = out.splitlines()
    assert (status, errors) == (0, "")
    assert json.loads(last)["scores"] == {"linear": 8, "relu": 1}
    assert json.loads(feedback)["_presentation"] == "semantic"

    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed: the lab's settings were not read")
    settings = yaml.safe_load((lab / f"{first.name}.yml").read_text())
    assert settings["general"]["name"] == first.name
    assert settings["general"]["handin_filename"] == "homework.py"
    assert {p["name"]: p["max_score"] for p in settings["problems"]} == {"linear": 8.0, "relu": 2.0}


def test_where_autolab_s_grader_fails_no_scores_are_printed(bundled, run, tmp_path):
    with tarfile.open(bundled("autolab")) as archive:
        archive.extractall(tmp_path, filter="data")
    [inner] = tmp_path.glob("lab*/autograde.tar")
    with tarfile.open(inner) as archive:
        archive.extractall(tmp_path / "instance", filter="data")
    (tmp_path / "instance" / "homework.py").write_text(RIGHT)
    without = tmp_path / "without"  # an image in which no Python has NumPy
    without.mkdir()
    for name in ("python3", *(f"python3.{k}" for k in range(11, 15))):
        (without / name).write_text("#!/bin/sh\nexit 1\n")
        (without / name).chmod(0o755)
    for command, said in (
        (f"PATH={without}:$PATH bash autograde/driver.sh homework.py", "this image has no Python 3.11 or later"),
        ("rm autograde/assignment.toml && bash autograde/driver.sh homework.py", "assignment.toml could not be read"),
    ):
        status, out, _ = run(command, tmp_path / "instance")
        assert status == 1
        assert said in out
        assert "scores" not in out


def test_a_github_workflow_reports_what_was_graded(bundled, run, tmp_path):
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed: the workflow was not read")
    clone = tmp_path / "clone"
    with zipfile.ZipFile(bundled("github", ('id = "relu"', 'id = "relu"\nvisible = "after_due_date"'))) as archive:
        archive.extractall(clone)
    (clone / "layers.py").write_text(RIGHT.replace("g @ W,", "2 * g @ W,"))
    workflow = yaml.safe_load((clone / ".github" / "workflows" / "classroom.yml").read_text())
    assert workflow["name"] == "Autograding Tests"  # the reporter takes no other names
    assert list(workflow["jobs"]) == ["run-autograding-tests"]
    steps = workflow["jobs"]["run-autograding-tests"]["steps"]
    with zipfile.ZipFile(clone / ".github" / "jacobians" / wheel_name()) as archive:
        archive.extractall(tmp_path / "installed")  # what the step before does, but not into this Python
    [grading] = [s for s in steps if s.get("id") == "jacobians"]
    output = tmp_path / "output"
    environment = {"GITHUB_WORKSPACE": str(clone), "GITHUB_OUTPUT": str(output)}
    status, _, errors = run(grading["run"], clone, PYTHONPATH=str(tmp_path / "installed"), **environment)
    assert status == 0, errors
    assert errors.startswith("sandbox: ")  # the step's log: how the student's code was held
    outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
    [reporter] = [s for s in steps if "autograding-grading-reporter" in s.get("uses", "")]
    for runner in reporter["with"]["runners"].split(","):
        assert re.fullmatch(r"[a-zA-Z0-9]+", runner)
        expression = reporter["env"][f"{runner.upper()}_RESULTS"]
        results = outputs[re.fullmatch(r"\$\{\{ steps\.jacobians\.outputs\.(\w+) \}\}", expression)[1]]
        found = json.loads(base64.b64decode(results, validate=True))
        assert misfits(found, GITHUB) == []
        assert (sum(t["score"] for t in found["tests"]), found["max_score"]) == (6, 8)  # what it tells the site


def test_a_repository_of_a_student_s_holds_nothing_for_staff_only(bundled):
    hidden = ('id = "relu"', 'id = "relu"\nvisible = "hidden"')
    secret = ("convention", 'secret = "env:JACOBIANS_SECRET"\nconvention')
    with zipfile.ZipFile(bundled("github", hidden, secret)) as archive:
        assert {Path(n).suffix for n in archive.namelist()} == {".toml", ".whl", ".yml"}
        text = archive.read(".github/jacobians/assignment.toml").decode()
    assert "relu" not in text
    assert "secret" not in text
    assert "s" * 40 not in text


def test_a_handout_is_the_public_part(toml, tmp_path):
    (tmp_path / "right.py").write_text(RIGHT)
    lines = 'solution = "right.py"\n[regimes]\n"batch of 1" = 0.25\n[limits]\ncpu = 3\n'
    regime = '[[question.regime]]\nname = "a \\"b\\""\nshapes = {x = [3], W = [2, 3], b = [2]}\n'
    regime += '[[question]]\nid = "relu"\nrequires = ["linear"]'
    path = toml(('hints = "formula"', f'hints = "formula"\n{lines}'), ('[[question]]\nid = "relu"', regime))
    whole = load(path)
    assert whole.questions[0].regimes
    assert whole.questions[1].requires
    (tmp_path / "public.toml").write_text(handout(whole))
    read = load(tmp_path / "public.toml")
    assert (read.solution, read.secret, read.limits, read.regimes) == (None, None, whole.limits, whole.regimes)
    assert [(q.id, q.points, q.regimes, q.names) for q in read.questions] == [
        (q.id, q.points, q.regimes, q.names) for q in public_part(whole).questions
    ]


def test_a_handout_says_nothing_of_the_regimes_of_hidden_questions(toml, tmp_path):
    costs = '[regimes]\nsaturated = 0.1\ntall = 0.2\n[[question]]\nid = "linear"'
    hidden = ('id = "relu"', 'id = "relu"\nvisible = "hidden"')
    (tmp_path / "public.toml").write_text(handout(load(toml(hidden, ('[[question]]\nid = "linear"', costs)))))
    assert load(tmp_path / "public.toml").regimes == {"tall": 0.2}


def test_a_convention_of_the_course_s_own_goes_with_every_bundle(bundled, tmp_path):
    whole = (ROOT / "jacobians" / "adapters" / "conventions" / "cs231n.toml").read_text()
    (tmp_path / "ours.toml").write_text(whole)
    own = ('convention = "plain"', 'convention = "ours.toml"')
    names = [('names = {forward = "linear_forward", backward = "linear_backward"}', ""),
             ('names = {forward = "relu_forward", backward = "relu_backward"}', "")]  # fmt: skip
    for platform, folder in (("gradescope", ""), ("github", ".github/jacobians")):
        with zipfile.ZipFile(bundled(platform, own, *names)) as archive:
            archive.extractall(tmp_path / platform)
        read = load(tmp_path / platform / folder / "assignment.toml")
        assert read.convention.strip() == whole.strip()
        assert [q.part for q in read.questions] == ["affine", "relu"]

"""A whole class, in the real sandbox: graded once, resumed, survived, merged, compared, reported."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest

from jacobians.__main__ import main
from jacobians.errors import BadFile
from jacobians.grading import classroom
from jacobians.grading import work as worker
from jacobians.grading.assignment_file import load
from jacobians.grading.classroom import grade_class, shard, submissions_in
from jacobians.grading.gradebook import gradebook
from jacobians.grading.sandbox.worker import Worker
from jacobians.grading.sandbox.zygote import NoSandbox
from jacobians.grading.store import Store, read_result
from jacobians.grading.work import Terms, work
from tests.grading.homework import RIGHT, SECRET, SHORT, changed

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def room(toml, tmp_path, monkeypatch):
    """An assignment of relu, and a folder of submissions: right, wrong, broken, hostile."""
    monkeypatch.setenv("JACOBIANS_SECRET", "x" * 32)
    folder = tmp_path / "class"
    (folder / "erin").mkdir(parents=True)
    (folder / "alice.py").write_bytes(RIGHT.encode())
    (folder / "bob.py").write_bytes(changed(("g * (x > 0)", "2 * g * (x > 0)")))
    (folder / "carol.py").write_bytes(b"def relu_forward(:\n")
    (folder / "dave.py").write_bytes(changed(("return np.maximum(x, 0), x", "import os; os._exit(0)")))
    (folder / "erin" / "layers.py").write_bytes(RIGHT.encode())
    return toml(text=SHORT), folder


def run(*arguments):
    return main([str(a) for a in arguments])


def marks(out):
    return {r["submission"]["name"]: r["points"] for r in Store(out)}


def test_a_class_is_graded_resumed_and_reported(room, tmp_path, capsys):
    path, folder = room
    out = tmp_path / "out"
    assert run("grade", folder, "--assignment", path, "--out", out, "--workers", 2) == 0
    assert "5 of 5 submissions graded" in capsys.readouterr().out
    assert marks(out) == {"alice": 2, "bob": 1, "carol": 0, "dave": 0, "erin": 2}
    with (out / "gradebook.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {r["submission"]: r["points"] for r in rows} == {k: f"{v:g}" for k, v in marks(out).items()}
    assert rows[2]["gradable"] == "False"
    assert "not valid Python" in rows[2]["problem"]
    page = (out / "report.html").read_text()
    assert "<svg" in page
    assert "factor:2" in page
    assert "http" not in page.replace('xmlns="http://www.w3.org/2000/svg"', "")
    one = read_result(out / "results" / "alice.json")
    assert one["sandbox"]["level"] in ("full", "user", "basic")
    assert one["sandbox"]["protections"]
    written = {p: p.stat().st_mtime_ns for p in (out / "results").iterdir()}
    (folder / "bob.py").write_bytes(RIGHT.encode())  # a new version: only that one is graded again
    assert run("grade", folder, "--assignment", path, "--out", out, "-q") == 0
    again = {p: p.stat().st_mtime_ns for p in (out / "results").iterdir()}
    assert {p.stem for p in again if again[p] != written[p]} == {"bob"}
    assert marks(out)["bob"] == 2


def test_the_marks_are_the_same_in_one_process_and_in_several_and_in_shards(room, tmp_path, capsys):
    path, folder = room
    found, terms = submissions_in([folder]), Terms(load(path), b"x" * 32)
    whole = dict(grade_class(found, terms, Store(tmp_path / "1"), executor=Here()))
    assert len(whole) == 5
    (tmp_path / "1" / "gradebook.csv").write_text(gradebook(Store(tmp_path / "1")))
    one = ["grade", folder, "--assignment", path, "-q", "--out", tmp_path / "shard1", "--workers", 2, "--shard", "1/2"]
    assert run(*one) == 0
    second = {n: found[n] for n in shard(found, 2, 2)}
    assert len(list(grade_class(second, terms, Store(tmp_path / "shard2"), executor=Here()))) == 2
    assert run("grade", "--merge", tmp_path / "shard1", tmp_path / "shard2", "--out", tmp_path / "2") == 0
    assert run("grade", "--diff", tmp_path / "1", tmp_path / "2") == 0
    for result in Store(tmp_path / "1"):
        other = read_result(tmp_path / "2" / "results" / f"{result['submission']['name']}.json")
        assert {k: v for k, v in result.items() if k != "run"} == {k: v for k, v in other.items() if k != "run"}
    assert (tmp_path / "1" / "gradebook.csv").read_text() == (tmp_path / "2" / "gradebook.csv").read_text()
    capsys.readouterr()
    changed_one = tmp_path / "2" / "results" / "bob.json"
    changed_one.write_text(
        changed_one.read_text().replace('"points": 1.0,\n "questions"', '"points": 2.0,\n "questions"')
    )
    assert run("grade", "--diff", tmp_path / "1", tmp_path / "2") == 1
    assert "bob  points: 1 -> 2" in capsys.readouterr().out


def test_shards_are_disjoint_and_whole():
    names = [f"s{k}" for k in range(11)]
    parts = [shard(names, i, 4) for i in (1, 2, 3, 4)]
    assert sorted(n for part in parts for n in part) == sorted(names)


def test_submissions_of_one_name_are_told_apart(tmp_path):
    for name in ("a.py", "a.ipynb", "b.py", ".hidden.py", "notes.txt"):
        (tmp_path / name).write_text("x = 1")
    (tmp_path / "b").mkdir()
    (tmp_path / "link.py").symlink_to(tmp_path / "a.py")
    assert set(submissions_in([tmp_path])) == {"a.py", "a.ipynb", "b.py", "b", "link"}
    with pytest.raises(BadFile, match="there is no file or folder"):
        submissions_in([tmp_path / "c"])
    with pytest.raises(BadFile, match="no submission there"):
        submissions_in([tmp_path / "b"])


class Here(Executor):
    """An executor of this process."""

    def submit(self, function, *said):
        future = Future()
        future.set_result(function(*said))
        return future


class Dying(Executor):
    """One whose worker dies with one submission."""

    def __init__(self, error=classroom.BrokenExecutor):
        self.error = error

    def submit(self, function, job, terms):
        future = Future()
        if job.name == "bob" and not hasattr(self, "died"):
            self.died = True
            future.set_exception(self.error("gone"))
        else:
            future.set_result(function(job, terms))
        return future


class KilledWorker(Exception):
    """What Dask gives where a worker died three times with one task."""


@pytest.mark.parametrize("error", [classroom.BrokenExecutor, KilledWorker])
def test_any_executor_will_do_and_a_worker_that_dies_is_survived(room, tmp_path, error):
    path, folder = room
    terms = Terms(load(path), SECRET)
    found = dict(grade_class(submissions_in([folder]), terms, Store(tmp_path / "o"), executor=Dying(error)))
    assert {n: r["points"] for n, r in found.items()} == {"alice": 2, "bob": 1, "carol": 0, "dave": 0, "erin": 2}


def test_where_no_worker_has_a_sandbox_the_run_ends(room, tmp_path):
    path, folder = room
    with pytest.raises(NoSandbox):
        list(grade_class(submissions_in([folder]), Terms(load(path), SECRET), Store(tmp_path / "o"),
                         executor=Dying(NoSandbox)))  # fmt: skip


@pytest.mark.parametrize(
    ("error", "said"), [(classroom.BrokenExecutor, "its process ended"), (KilledWorker, "KilledWorker: gone")]
)
def test_a_submission_that_ends_the_grader_itself_is_recorded(room, tmp_path, monkeypatch, error, said):
    path, folder = room

    class Broken:
        def submit(self, *said):
            future = Future()
            future.set_exception(error("gone"))
            return future

        def shutdown(self, **said):
            pass

    monkeypatch.setattr(classroom, "_pool", lambda slots: Broken())
    terms = Terms(load(path), SECRET)
    [(_, result)] = grade_class({"alice": folder / "alice.py"}, terms, Store(tmp_path / "o"))
    assert result["gradable"] is False
    assert said in result["problem"]
    assert [f["name"] for f in result["flags"]] == ["grader-failed"]
    assert "cache" not in result  # the same command tries it again


@pytest.mark.parametrize("times", [1, 2])
def test_a_sandbox_that_fails_costs_nobody_marks(room, monkeypatch, times):
    path, folder = room
    terms, attempts = Terms(load(path), SECRET), []
    whole, attempt = Worker.call, worker._graded

    def call(self, *said, **more):
        if len(attempts) <= times and said[0] == "relu_forward":
            raise NoSandbox("the sandbox's first process has ended")
        return whole(self, *said, **more)

    monkeypatch.setattr(Worker, "call", call)
    monkeypatch.setattr(worker, "_graded", lambda *terms: attempts.append(terms) or attempt(*terms))
    worker.sandbox(terms.assignment)
    before = dict(worker._sandboxes)
    result, _ = work(classroom.job_of("alice", str(folder / "alice.py")), terms)
    assert worker._sandboxes != before
    if times == 1:
        assert result["points"] == 2
    else:
        assert "the grader itself failed (NoSandbox: " in result["problem"]
        assert [f["name"] for f in result["flags"]] == ["grader-failed"]


def test_terms_do_not_show_the_secret(toml):
    assert "secret" not in repr(Terms(load(toml()), SECRET))


def test_what_is_stopped_goes_on_where_it_was(room, tmp_path):
    path, folder = room
    for k in range(5):
        (folder / f"more{k}.py").write_bytes(RIGHT.encode() + b"# %d\n" % k)
    command = [sys.executable, "-m", "jacobians", "grade", folder, "--assignment", path, "--out", tmp_path / "o"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    going = subprocess.Popen(
        [*command, "--workers", "1"],
        env=environment,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # tests in the background ignore it
    )
    deadline = time.monotonic() + 60
    while len(list((tmp_path / "o").glob("results/*.json"))) < 2:
        assert going.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(going.pid, signal.SIGINT)
    _, said = going.communicate(timeout=60)
    assert going.returncode == 130, said
    assert b"the same command goes on from there" in said
    assert b"Traceback" not in said
    done = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "o" / "results").iterdir()}
    assert 2 <= len(done) < 10
    assert all(json.loads((tmp_path / "o" / "results" / n).read_text())["points"] in (0, 1, 2) for n in done)
    found = dict(
        grade_class(submissions_in([folder]), Terms(load(path), b"x" * 32), Store(tmp_path / "o"), executor=Dying())
    )
    assert len(found) == 10
    assert all((tmp_path / "o" / "results" / n).stat().st_mtime_ns == t for n, t in done.items())


def test_work_is_a_plain_function_of_plain_data(room):
    import pickle

    path, folder = room
    job = classroom.job_of("alice", str(folder / "alice.py"))
    terms = Terms(load(path), SECRET)
    result, seconds = work(*pickle.loads(pickle.dumps((job, terms))))
    assert result["points"] == 2
    assert seconds > 0

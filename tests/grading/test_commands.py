"""The command line, as an impatient newcomer tries it."""

from __future__ import annotations

import json

import pytest

from jacobians.__main__ import main
from jacobians.grading.command_assignment import starter_names
from tests.grading.homework import RIGHT, SHORT, changed


@pytest.fixture
def mine(toml, tmp_path, monkeypatch):
    """The path of an assignment of relu, and of a right submission."""
    monkeypatch.setenv("JACOBIANS_SECRET", "x" * 32)
    (tmp_path / "mine.py").write_text(RIGHT)
    return str(toml(text=SHORT)), str(tmp_path / "mine.py")


def run(*arguments):
    return main([str(a) for a in arguments])


def test_a_student_s_report(mine, tmp_path, capsys):
    path, file = mine
    assert run("grade", file, "--assignment", path, "--json", tmp_path / "r.json") == 0
    out, err = capsys.readouterr()
    assert out == "mine: 2 of 2 points\n✓ relu: 2 of 2\n"
    assert err.startswith("sandbox: ")
    assert json.loads((tmp_path / "r.json").read_text())["points"] == 2


def test_at_home_without_the_secret_the_words_are_the_same(mine, tmp_path, capsys, monkeypatch):
    path, _ = mine
    (tmp_path / "wrong.py").write_bytes(changed(("g * (x > 0)", "g")))
    assert run("grade", tmp_path / "wrong.py", "--assignment", path) == 1
    with_secret = capsys.readouterr().out
    monkeypatch.delenv("JACOBIANS_SECRET")
    assert run("grade", tmp_path / "wrong.py", "--assignment", path, "--public") == 1
    assert capsys.readouterr().out == with_secret
    assert "dx" not in with_secret
    assert "the gradient of x: the values are wrong." in with_secret


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["grade"], "which assignment? Write --assignment FILE"),
        (["grade", "--assignment", "A"], "which submission?"),
        (["grade", "nowhere.py", "--assignment", "A"], "there is no file 'nowhere.py'"),
        (["grade", "F", "--assignment", "nowhere.toml"], "nowhere.toml could not be read"),
        (["grade", "F", "--assignment", "F"], "is not valid TOML"),
        (["grade", "F", "--assignment", "A", "--platform", "gradescoop"], "Did you mean 'gradescope'"),
        (["grade", "F", "F", "--assignment", "A", "--json", "-"], "about one submission"),
        (["grade", "F", "--assignment", "A", "--out", "O", "--shard", "3/2"], "write I/N"),
        (["grade", "F", "--assignment", "A", "--out", "O", "--workers", "many"], "whole number from 1 on"),
        (["grade", "F", "--assignment", "A", "--out", "F"], "no folder for results can be made there"),
        (["grade", "F", "--assignment", "A", "--require-sandbox", "ful"], "there is no level 'ful'"),
        (["grade", "F", "--assignment", "A", "--json", "T"], "is a folder"),
        (["grade", "--merge", "T"], "give --out FOLDER too"),
        (["grade", "--diff", "T", "T"], "holds no results"),
        (["assignment", "new", "cs231n-a3"], "Did you mean 'cs231n-a"),
        (["assignment", "check", "nowhere.toml"], "could not be read"),
        (["assignment", "bundle", "A", "--platform", "junit"], "nothing to bundle"),
        (["assignment", "bundle", "A", "--platform", "gradescope", "--wheels", "T"], "there is no wheel"),
    ],
)
def test_what_cannot_be_carried_out_is_one_sentence(mine, tmp_path, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    named = {"A": mine[0], "F": mine[1], "O": str(tmp_path / "o"), "T": str(tmp_path / "empty")}
    assert run(*(named.get(a, a) for a in arguments)) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert err.count("\n") == 1
    assert out == ""


def test_a_class_is_not_taken_for_a_submission(mine, tmp_path, capsys):
    folder = tmp_path / "class"
    folder.mkdir()
    for name in ("alice", "bob"):
        (folder / f"{name}.py").write_text(RIGHT)
    assert run("grade", folder, "--assignment", mine[0]) == 2
    assert "write --out FOLDER to grade each" in capsys.readouterr().err
    (folder / "bob.py").write_text("from alice import relu_forward\n")
    assert run("grade", folder, "--assignment", mine[0]) == 0


@pytest.mark.parametrize("other", ["hw_old.py", "hw.ipynb"])
def test_a_platform_s_student_is_told_which_files_say_the_same(mine, tmp_path, capsys, other):
    folder = tmp_path / "submission"
    folder.mkdir()
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": RIGHT}]})
    (folder / "hw.py").write_text(RIGHT)
    (folder / other).write_text(notebook if other.endswith("ipynb") else RIGHT)
    (folder / "helper.py").write_text("x = 1\n")
    assert run("grade", folder, "--assignment", mine[0], "--platform", "gradescope") == 0
    out, err = capsys.readouterr()
    files = " and ".join(sorted(("hw.py", other)))
    said = f"Not gradable: {files} answer the same questions: hand in one of them, without the others"
    assert json.loads(out)["output"].startswith(said)
    assert "the grader itself" not in out
    assert err.startswith("sandbox: ")


@pytest.mark.parametrize("source", [RIGHT, "def f(:\n"])
def test_a_platform_s_log_has_the_level_of_protection(mine, tmp_path, capsys, source):
    (tmp_path / "mine.py").write_text(source)
    assert run("grade", mine[1], "--assignment", mine[0], "--platform", "github") == 0
    out, err = capsys.readouterr()
    assert out.startswith("result=")
    assert out.count("\n") == 1  # it goes to $GITHUB_OUTPUT
    assert err.startswith("sandbox: ")
    assert run("grade", mine[1], "--assignment", mine[0], "--platform", "github", "-q") == 0
    assert capsys.readouterr().err == ""


def test_rows_are_of_submissions_that_are_there_now(mine, tmp_path, capsys):
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "alice.py").write_text(RIGHT)
    (folder / "alice.tar.gz").write_text("")
    (folder / ".hidden").write_text("")
    command = ["grade", folder, "--assignment", mine[0], "--out", tmp_path / "o", "--workers", "1"]
    assert run(*command) == 0
    said = "passed over: alice.tar.gz (a submission is a .py file, a notebook, a .zip or a folder)\n"
    assert said in capsys.readouterr().err
    (folder / "alice.ipynb").write_text(json.dumps({"cells": [{"cell_type": "code", "source": RIGHT}]}))
    assert run(*command, "-q") == 0
    out, err = capsys.readouterr()
    assert "1 results of another assignment, version or secret, or of submissions that were not given now" in out
    assert err == ""
    rows = (tmp_path / "o" / "gradebook.csv").read_text().splitlines()[1:]
    assert [row.partition(",")[0] for row in rows] == ["alice.ipynb", "alice.py"]


def test_results_of_another_version_are_left_out_of_the_gradebook(mine, tmp_path, capsys):
    path, file = mine
    out = ["--out", tmp_path / "o", "--workers", "1", "-q"]
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "zoe.py").write_text(RIGHT)
    assert run("grade", tmp_path / "old", "--assignment", path, *out) == 0
    (tmp_path / "b.toml").write_text(SHORT.replace("x = 1", "x = 5"))
    assert run("grade", file, "--assignment", tmp_path / "b.toml", *out) == 0
    assert "1 results of another assignment" in capsys.readouterr().out
    rows = (tmp_path / "o" / "gradebook.csv").read_text().splitlines()
    assert len(rows) == 2
    assert rows[1].startswith("mine,6,6,")


def test_without_a_secret_nothing_is_graded(mine, capsys, monkeypatch):
    monkeypatch.delenv("JACOBIANS_SECRET")
    assert run("grade", mine[1], "--assignment", mine[0]) == 2
    assert "secret" in capsys.readouterr().err


@pytest.mark.parametrize("name", starter_names())
def test_a_new_assignment_is_written_once(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("assignment", "new", name) == 0
    assert (tmp_path / f"{name}.toml").is_file()
    assert run("assignment", "new", name) == 2
    assert "is there already" in capsys.readouterr().err


def test_a_sound_assignment_and_one_that_is_not(mine, tmp_path, capsys):
    path, file = mine
    assert run("assignment", "check", path, "--solution", file) == 0
    out = capsys.readouterr().out
    assert "✓ relu: the solution in 7 regimes" in out
    assert out.endswith("sound: right code gets all points, cheats get none\n")
    (tmp_path / "wrong.py").write_bytes(changed(("g * (x > 0)", "g")))
    assert run("assignment", "check", path, "--solution", tmp_path / "wrong.py") == 1
    assert "the solution gets 0 of 1 for x" in capsys.readouterr().out

"""Results are written whole or not at all, found again by what they depend on, and safe to open."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import xml.etree.ElementTree as tree

import pytest

from jacobians.errors import BadFile
from jacobians.grading.assignment_file import load
from jacobians.grading.census import census
from jacobians.grading.compare import compare
from jacobians.grading.grade import grade
from jacobians.grading.gradebook import gradebook
from jacobians.grading.merge import merge
from jacobians.grading.report import class_report
from jacobians.grading.store import Store, cache_key, read_results, write_whole
from jacobians.grading.submission import Submission
from tests.grading.fakes import NoSandbox
from tests.grading.homework import SECRET


@pytest.fixture
def result(toml):
    """A result whose every text was chosen by somebody with bad intentions."""
    evil = '<script>alert("x")</script>'
    submission = Submission(f"=cmd|' /C calc'!A0{evil}", {f"{evil}.py": b"def f(:\n"})
    return grade(submission, load(toml(("Two layers", "<b>Two"))), SECRET, NoSandbox())


def test_a_result_is_found_again_by_what_it_depends_on(toml, tmp_path, result):
    a, store = load(toml()), Store(tmp_path / "o")
    key = cache_key(a, "k", "s", "full")
    store.put("n", result | {"cache": key})
    assert store.get("n", key)["points"] == 0
    others = [cache_key(load(toml(("x = 2", "x = 3"))), "k", "s", "full"), cache_key(a, "j", "s", "full")]
    others += [cache_key(a, "k", "t", "full"), cache_key(a, "k", "s", "basic")]
    assert len({key, *others}) == 5
    assert all(store.get("n", other) is None for other in others)
    store.path("n").write_text("{")
    assert store.get("n", key) is None


@pytest.mark.parametrize("name", ["../../up", "/etc/passwd", "a/b", ".", "..", "", "x" * 300, "ü", ".hidden", "a\0b"])
def test_a_name_leads_nowhere_else(tmp_path, name):
    store = Store(tmp_path / "o")
    assert store.path(name).parent == tmp_path / "o" / "results"
    assert not store.path(name).name.startswith(".")
    assert store.path(name) != store.path(name + "_")


def test_what_is_written_is_whole_and_for_its_owner(tmp_path, monkeypatch):
    path = tmp_path / "f"
    write_whole(path, b"old")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def fails(*said):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(BadFile, match="No space left"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_a_student_writes_runs_anywhere(result):
    page = class_report(census([result]))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "<b>Two" not in page
    [row] = csv.DictReader(io.StringIO(gradebook([result])))
    assert row["submission"].startswith("'=")
    tree.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])


def test_numbers_that_are_none_cannot_be_written(tmp_path, result):
    with pytest.raises(ValueError, match="JSON"):
        Store(tmp_path / "o").put("n", result | {"points": float("nan")})


def test_merging_and_comparing_refuse_what_does_not_belong_together(tmp_path, result):
    a, b = Store(tmp_path / "a"), Store(tmp_path / "b")
    a.put("n", result)
    b.put("n", result | {"points": 1.0})
    with pytest.raises(BadFile, match="another result of"):
        merge([a.folder, b.folder], Store(tmp_path / "c"))
    b.put("n", result | {"key": "other"})
    with pytest.raises(BadFile, match="another assignment or secret"):
        merge([a.folder, b.folder], Store(tmp_path / "d"))
    with pytest.raises(BadFile, match="holds no results"):
        compare(tmp_path / "nowhere", a.folder)
    (a.folder / "results" / "m.json").write_text(json.dumps({"schema": 99}))
    with pytest.raises(BadFile, match="no result of this program"):
        list(read_results(a.folder))


def test_a_submission_that_is_new_or_gone_is_a_difference(tmp_path, result):
    a, b = Store(tmp_path / "a"), Store(tmp_path / "b")
    a.put("n", result)
    b.put("m", result | {"submission": result["submission"] | {"name": "m"}})
    assert {c[1:] for c in compare(a.folder, b.folder)} == {
        ("submission", "not there", "0 points"),
        ("submission", "0 points", "not there"),
    }


def test_a_census_counts(toml):
    a = load(toml())
    found = census(grade(Submission(n, {"s.py": b"x = 1\n"}), a, SECRET, NoSandbox()) for n in ("p", "q"))
    assert (found.count, found.mean, found.most) == (2, 0, 10)
    assert found.shares == [2] + [0] * 9
    assert [sorted(who) for who in found.same.values()] == [["p", "q"]]
    assert [name for name, _ in found.ungradable] == ["p", "q"]

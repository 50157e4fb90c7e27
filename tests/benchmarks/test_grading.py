"""What grading costs: the rows are there, and different marks would be told."""

from __future__ import annotations

import json

import pytest

from benchmarks import grading

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def small(monkeypatch):
    """An assignment of two parts, so that the class takes seconds."""
    questions = {"relu": "forward x"}
    monkeypatch.setattr(grading.assignment_in, "__defaults__", (questions,))


def test_one_row_each(small, tmp_path):
    out = tmp_path / "out.json"
    words = ["--submissions", "1", "--workers", "1", "--memory", "1", "--seconds", "0.01", "--json", str(out)]
    assert grading.main(words) == 0
    rows = {row["competitor"]: row for row in json.loads(out.read_text())["rows"]}
    level = rows["open the sandbox"]["level"]
    of_the_class = {f"1 workers{more}" for more in ("", ", once running", ", processor time", ", all")}
    of_the_sandbox = {"open the sandbox", "no sandbox", f"sandbox: {level}", "open a worker"}
    assert set(rows) == of_the_class | of_the_sandbox | {"memory: the parent", "memory: its largest child"}
    assert rows[f"sandbox: {level}"]["ratio"] > 1
    assert rows["1 workers, processor time"]["seconds"] > 0.01
    assert rows["memory: the parent"]["bytes"] > 10 << 20


def test_other_marks_are_told(small, tmp_path, monkeypatch, capsys):
    def unlike(assignment, found, out, workers):
        return [0.1], {"s0000": -1.0 if workers == 8 else 1.0}

    monkeypatch.setattr(grading, "graded", unlike)
    assert grading.main(["--submissions", "1", "--workers", "2", "--memory", "", "--same"]) == 2
    assert "8 and 2 workers gave different marks" in capsys.readouterr().err

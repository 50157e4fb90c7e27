"""benchmarks.rivals: everyone, ourselves too, is counted in the same unit, an implementation at a point."""

import json

import pytest

import reference.linear
from benchmarks import rivals


@pytest.fixture
def only_ours(monkeypatch):
    monkeypatch.setattr(rivals, "_judges", lambda twin: {"CS231n": rivals.cs231n(), "jacobians, points": rivals.ours})


def test_every_row_says_how_many_runs_it_is_of(only_ours, tmp_path, capsys):
    assert rivals.main(["--layers", "linear", "--most", "3", "--json", str(tmp_path / "o")]) == 0
    rows = {r["rival"]: r for r in json.loads((tmp_path / "o").read_text())["rows"]}
    assert rows["jacobians, points"]["right"] == rows["CS231n"]["right"] > 1
    assert rows["jacobians, check"]["right"] == 1, "one verdict for all points"
    assert [rows[k]["false_alarms"] for k in ("jacobians, points", "jacobians, check")] == [0, 0]
    assert not any(r["missed"] for r in rows.values())
    assert "one a point (check: one a layer)" in capsys.readouterr().out


def test_right_code_that_is_refused_is_counted_by_the_point(only_ours, monkeypatch):
    right = reference.linear.backward
    monkeypatch.setattr(reference.linear, "backward", lambda g, saved: {a: 2 * d for a, d in right(g, saved).items()})
    monkeypatch.setattr(rivals, "equivalent", lambda *_: True)  # so that no mutant is asked
    rows = rivals.compare("linear", 1)
    assert rows["jacobians, points"]["false_alarms"] == rows["jacobians, points"]["right"]
    assert rows["jacobians, check"]["false_alarms"] == 1

"""benchmarks.build: the floor fills the arrays of the very L, and a row an argument."""

import json

import pytest

from benchmarks.build import fill, long_enough, main, many

pytest.importorskip("threadpoolctl")


def test_the_floor_is_a_matrix_of_the_same_pattern():
    L = long_enough("linear", 500).L("W")
    filled = fill(L)()
    assert (filled.shape, filled.nnz, filled.dtype) == (L.shape, L.nnz, L.dtype)
    assert (filled.indices == L.indices).all()
    assert L.nnz >= 500


def test_the_command(tmp_path, capsys):
    out = tmp_path / "o.json"
    args = ["--layers", "linear", "--entries", "100", "--seconds", "0.001", "--json", str(out)]
    assert main(args) == 0
    rows = json.loads(out.read_text())["rows"]
    assert [r["argument"] for r in rows] == ["x", "W", "b"] * 2
    assert {r["kind"] for r in rows} == {"dense", "sparse"}
    for r in rows:
        assert r["ratio"] == pytest.approx(r["seconds"] / r["floor_seconds"])
        assert 0 <= r["values_seconds"] <= r["seconds"]
        assert r["ratio_with_values"] == pytest.approx(r["seconds"] / (r["floor_seconds"] + r["values_seconds"]))


def test_as_many_small_examples_as_it_takes():
    point = many("linear", 3000)
    assert max(point.L(a).nnz for a in "xWb") >= 3000
    assert len(point.values["x"]) == 42  # of 72 entries each

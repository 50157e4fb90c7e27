"""benchmarks.build: the floor fills the arrays of the very L, and a row an argument."""

import json

import pytest

from benchmarks.build import fill, long_enough, main

pytest.importorskip("threadpoolctl")


def test_the_floor_is_a_matrix_of_the_same_pattern():
    L = long_enough("linear", 500).L("W")
    filled = fill(L)()
    assert (filled.shape, filled.nnz, filled.dtype) == (L.shape, L.nnz, L.dtype)
    assert (filled.indices == L.indices).all()
    assert L.nnz >= 500


def test_the_command(tmp_path, capsys):
    out = tmp_path / "o.json"
    args = ["--layers", "linear", "--entries", "100", "--batch", "2", "--seconds", "0.001", "--json", str(out)]
    assert main(args) == 0
    rows = json.loads(out.read_text())["rows"]
    assert [r["argument"] for r in rows] == ["x", "W", "b"] * 2
    assert {r["kind"] for r in rows} == {"dense", "sparse"}
    for r in rows:
        assert r["ratio"] == pytest.approx(r["seconds"] / r["floor_seconds"])

"""benchmarks.formats: every format holds the same L, and the bytes are those of its arrays."""

import json

import numpy as np
import pytest

from benchmarks.formats import FLOOR, cases, formats, main

pytest.importorskip("threadpoolctl")


def test_every_format_is_the_same_matrix():
    for name, L in cases(32):
        made = {format: make() for format, make in formats(L)}
        assert {"CSC", "COO", "dense"} <= set(made), name
        for A in made.values():
            np.testing.assert_array_equal(A.toarray() if hasattr(A, "toarray") else A, L.toarray())


def test_the_command(tmp_path):
    out = tmp_path / "o.json"
    assert main(["--n", "64", "--seconds", "0.001", "--json", str(out)]) == 0
    rows = json.loads(out.read_text())["rows"]
    assert {r["floor"] for r in rows} == {FLOOR}
    (csr,) = (r for r in rows if r["competitor"] == "CSR" and r["size"].startswith("diagonal"))
    assert (csr["ratio"], csr["bytes"]) == (1, 64 * 8 + 64 * 4 + 65 * 4)
    assert {r["competitor"] for r in rows} == {"CSR", "CSC", "COO", "DIA", "BSR 8×8", "dense"}

"""benchmarks.multiply: the loop computes g · L, and a row a competitor, whatever the form of L."""

import json
import shutil

import numpy as np
import pytest
from scipy import sparse

from benchmarks.loop import loop
from benchmarks.multiply import main

pytest.importorskip("threadpoolctl")
pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="the loop needs a C compiler")


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("form", [np.ascontiguousarray, sparse.csr_array])
def test_the_loop_is_the_product(dtype, form):
    rng = np.random.default_rng(0)
    dense = (rng.integers(-3, 4, (5, 7)) * (rng.random((5, 7)) < 0.5)).astype(dtype)
    g = rng.integers(-3, 4, 5).astype(dtype)
    call, out = loop(g, form(dense))
    call()
    assert np.array_equal(out, g @ dense)


def test_the_loop_refuses_what_it_would_misread():
    g, L = np.ones(4), np.ones((4, 6))
    for wrong in (L[:, ::2], sparse.csr_array((np.ones(1), np.zeros(1, np.int64), np.array([0, 1], np.int64)))):
        with pytest.raises(ValueError, match="int32"):
            loop(g, wrong)


def test_the_command(tmp_path):
    out = tmp_path / "o.json"
    assert main(["--layers", "linear", "--entries", "500", "--seconds", "0.001", "--json", str(out)]) == 0
    rows = json.loads(out.read_text())["rows"]
    timed = [r for r in rows if r["seconds"]]
    assert {r["competitor"] for r in timed} == {"g [n]", "g [1, n]", "g @ L", "loop"}
    assert len(timed) == 2 * 2 * 4
    loops = {(r["size"], r["dtype"]): r["seconds"] for r in timed if r["competitor"] == "loop"}
    assert all(r["ratio"] == r["seconds"] / loops[r["size"], r["dtype"]] and "cc" in r for r in timed)
    assert [r["size"] for r in rows if not r["seconds"]] == ["linear L^b"]

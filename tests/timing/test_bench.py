"""`jacobians bench`: rows that hold together, refusal of code that is not right, what was measured kept."""

import json
import re

import numpy as np
import pytest

import reference.linear
import reference.softmax
from jacobians.__main__ import main
from jacobians.batch import batch_of
from jacobians.layers import find
from jacobians.point import differentiable
from jacobians.timing import bench as benching
from jacobians.timing.bench import NotRight, Sweep, bench
from jacobians.timing.forms import contestants, in_type

pytest.importorskip("threadpoolctl")
SMALL = Sweep(sizes=(4, 6), batches=(1, 3), dtypes=("float64",), threads=(1,), seconds=0.01)


def point(layer="linear", size=6, batch=3, dtype="float32"):
    draws = [next(iter(find(layer).points(np.random.default_rng(k), size))) for k in range(batch)]
    return in_type(batch_of(draws), dtype)


def jacobians_of(at):
    return {a: at.L(a) for a in differentiable(at.map)}


def test_every_form_computes_the_same(rng):
    at = point(dtype="float64")
    g = rng.standard_normal(at.forward().shape)
    by = {(one.form, one.what): one.call() for one in contestants(at, reference.linear, g, jacobians_of(at))}
    assert set(by) == {(f, w) for f in ("dense", "sparse") for w in ("build", "multiply")} | {("fused", "multiply")}
    for k, a in enumerate(("x", "W", "b")):
        for form in ("dense", "sparse"):
            product = by[form, "multiply"][k].reshape(at.values[a].shape)
            np.testing.assert_allclose(product, by["fused", "multiply"][a], rtol=1e-12)


def test_bytes_are_those_of_the_matrices(rng):
    at = point()
    g = rng.standard_normal(at.forward().shape).astype("float32")
    by = {(one.form, one.what): one for one in contestants(at, reference.linear, g, jacobians_of(at))}
    entries = sum(at.L(a).shape[0] * at.L(a).shape[1] for a in ("x", "W", "b"))
    assert by["dense", "build"].bytes == 4 * entries
    assert by["sparse", "build"].bytes == sum(
        v.nbytes for a in ("x", "W", "b") for L in (at.L(a, "sparse"),) for v in (L.data, L.indices, L.indptr)
    )
    assert by["dense", "multiply"].flops == 2 * entries


def test_rows_of_a_sweep():
    rows = [row for same in bench("linear", SMALL) for row in same]
    assert len(rows) == 2 * 2 * 5
    assert {(r.size, r.batch) for r in rows} == {(n, b) for n in (4, 6) for b in (1, 3)}
    for r in rows:
        assert 0 < r.fastest <= r.seconds
        assert 0 < r.nonzero < r.entries
        assert r.peak > 0
        assert (r.of_peak > 0) == (r.what == "multiply")
        assert r.of_peak == pytest.approx(r.flops / r.fastest / r.product)
        assert r.of_bandwidth == pytest.approx(r.bytes / r.fastest / r.bandwidth)


def test_code_that_is_not_right_is_not_timed(monkeypatch):
    right = reference.linear.backward
    monkeypatch.setattr(reference.linear, "backward", lambda g, saved: {**right(g, saved), "b": 2 * g.sum(axis=0)})
    with pytest.raises(NotRight, match="linear in float64 is FAIL, and code that is not right is not timed"):
        next(bench("linear", SMALL))


def typed(capsys, *args):
    where = ["--batches", "1", "--threads", "1", "--seconds", "0.01", "--peers", "none"]
    status = main(["bench", *args, "--sizes", "4,6,8", *where])
    return status, *capsys.readouterr()


def test_the_command(capsys, tmp_path):
    out_file = tmp_path / "out.json"
    status, out, err = typed(capsys, "linear", "softmax", "--dtype", "float64", "--json", str(out_file))
    assert (status, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()[1:5]] == ["linear", "linear", "linear", "softmax"]
    assert re.search(r"linear, batch of 1, float64, 1 thread: time grows as build dense n\^\S+ \(algebra n\^", out)
    found = json.loads(out_file.read_text())
    assert (found["schema"], found["interrupted"], len(found["rows"])) == (1, False, 30)


def test_ctrl_c_keeps_what_was_measured(capsys, tmp_path, monkeypatch):
    right, done = benching.race, []

    def once(*args):
        if done:
            raise KeyboardInterrupt
        done.append(1)
        return right(*args)

    monkeypatch.setattr(benching, "race", once)
    out_file = tmp_path / "out.json"
    status, out, _ = typed(capsys, "linear", "--dtype", "float64", "--json", str(out_file))
    assert status == 130
    assert "interrupted: 5 measurements were made" in out
    found = json.loads(out_file.read_text())
    assert (found["interrupted"], len(found["rows"])) == (True, 5)


def test_a_layer_that_is_not_right_loses_nothing_of_those_before_it(capsys, tmp_path, monkeypatch):
    right = reference.softmax.backward
    monkeypatch.setattr(reference.softmax, "backward", lambda g, saved: {"x": 2 * right(g, saved)["x"]})
    out_file = tmp_path / "out.json"
    status, _, err = typed(capsys, "linear", "softmax", "--dtype", "float64", "--json", str(out_file))
    assert (status, err) == (2, "jacobians: softmax in float64 is FAIL, and code that is not right is not timed\n")
    found = json.loads(out_file.read_text())
    assert (found["interrupted"], {row["layer"] for row in found["rows"]}) == (True, {"linear"})


def test_forms_and_points_beyond_the_limit_of_memory_are_left_out(capsys, tmp_path):
    """At 8 long L^W is 9 × 72: 5.2 kB dense, 0.9 kB sparse; at 40 long L^x is 41 × 40, none of it 0."""
    out_file = tmp_path / "out.json"
    args = ["bench", "linear", "--dtype", "float64", "--batches", "1", "--threads", "1,2", "--peers", "none"]
    args += ["--seconds", "0.01", "--json", str(out_file), "--sizes"]
    assert main([*args, "4,8,40", "--memory", "5kB"]) == 0
    found = json.loads(out_file.read_text())
    forms = {(row["size"], row["form"]) for row in found["rows"]}
    assert forms == {(4, "dense"), (4, "sparse"), (4, "fused"), (8, "sparse"), (8, "fused")}
    [left_out] = found["left_out"]
    assert left_out.startswith("linear: 40 long, batch of 1, float64: left out: a sparse Jacobian of 41 × 40 takes")
    assert left_out in capsys.readouterr().out
    assert main([*args, "40", "--memory", "5kB"]) == 2
    assert capsys.readouterr().err.startswith("jacobians: nothing was measured, as every point was left out")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["lineer"], "no layer is called 'lineer'"),
        (["linear", "--dtype", "float33"], "write float64 and float32"),
        (["linear", "--json", "nowhere/out.json"], "there is no folder 'nowhere'"),
    ],
)
def test_what_cannot_be_carried_out_is_one_line(args, said, capsys):
    status, _, err = typed(capsys, *args)
    assert status == 2
    assert said in err
    assert len(err.splitlines()) == 1

"""Peers: imported when asked for, right before they are timed, left out with the reason, and their gradients ours."""

import importlib.util
import json
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

import reference.linear
from jacobians import jax_peers
from jacobians.__main__ import main
from jacobians.errors import UnknownName
from jacobians.layers import find, layer_names
from jacobians.timing import entrants as entering
from jacobians.timing import peers
from jacobians.timing.bench import Sweep, bench
from jacobians.timing.entrants import entrants
from jacobians.verify.at_point import check_point
from jacobians.verify.trial import trial_points

pytest.importorskip("threadpoolctl")
THERE = [p for p in ("torch", "jax", "autograd") if importlib.util.find_spec(p)]
LAYERS = ["linear", "conv1d", "cross_entropy", "layer_norm", "relu", "concatenate", "conv2d"]


def typical(name, settings=None):
    layer = find(name)
    return list(trial_points(layer, 0, settings or {}))[0 if layer.interacts else 1]


@pytest.mark.parametrize("peer", THERE)
@pytest.mark.parametrize("name", LAYERS)
def test_a_peer_is_let_in_or_says_why(peer, name):
    said = []
    found = list(entrants([peer], name, find(name), "float64", said.append))
    assert len(found) + len(said) == 1
    if peer == "torch" or (peer == "jax" and name != "cross_entropy"):
        assert found, said


@pytest.mark.parametrize("peer", THERE)
def test_what_is_timed_is_the_gradient(peer, rng):
    point = typical("linear")
    one = peers.load(peer, "linear", find("linear"))
    y, saved = one.forward(**point.values)
    g = rng.standard_normal(y.shape)
    want = reference.linear.backward(g, reference.linear.forward(**point.values)[1])
    found = one.pull(one.native(g), saved)
    assert set(found) == set(want)
    for a, d in want.items():
        np.testing.assert_allclose(np.asarray(found[a]), d, rtol=1e-12)
        again = one.pull(one.native(2 * g), saved)[a]
        np.testing.assert_allclose(np.asarray(again), 2 * d, rtol=1e-12, err_msg="a second g")


@pytest.mark.parametrize("peer", THERE)
def test_float32_stays_float32(peer):
    point = typical("linear")
    one = peers.load(peer, "linear", find("linear"))
    y, saved = one.forward(**{a: v.astype("float32") for a, v in point.values.items()})
    assert {str(np.asarray(d).dtype) for d in one.pull(one.native(y), saved).values()} == {"float32"}


def test_a_wrong_peer_is_not_timed(monkeypatch):
    class Doubling:
        settings, layer = {}, find("linear")
        forward = staticmethod(reference.linear.forward)

        def backward(self, g, saved):
            return {**reference.linear.backward(g, saved), "b": 2 * g.sum(axis=0)}

    said = []
    monkeypatch.setattr(entering, "load", lambda *args: Doubling())
    assert list(entrants(["torch"], "linear", find("linear"), "float64", said.append)) == []
    assert "torch is not timed for linear in float64: b is FAIL" in said[0]


def test_the_verdict_at_one_point():
    point = typical("linear")
    assert str(check_point(reference.linear, point, singly=True).verdict) == "PASS"
    dropped = SimpleNamespace(
        forward=reference.linear.forward,
        backward=lambda g, saved: {**reference.linear.backward(g, saved), "W": g.T @ saved[0] * _all_but_one(point)},
    )
    report = check_point(dropped, point, singly=True)
    assert [r.argument for r in report.failures] == ["W"]
    assert check_point(SimpleNamespace(forward=lambda x, z: None), typical("softmax", {"axis": 0})) is None


def _all_but_one(point):
    kept = np.ones_like(point.values["W"])
    kept[-1, -1] = 0
    return kept


def test_jax_s_own_layers_are_layers():
    assert set(jax_peers.peer_names()) <= set(layer_names())


def test_nothing_is_imported_unless_asked():
    code = "import sys, jacobians.benching; print([m for m in ('torch', 'jax', 'autograd') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_an_unknown_peer_is_one_sentence(capsys):
    assert main(["bench", "relu", "--peers", "pytorch"]) == 2
    said = capsys.readouterr().err
    assert "no peer is called 'pytorch': write some of torch, torch-compiled, jax and autograd" in said


def test_a_peer_that_is_not_installed(monkeypatch):
    monkeypatch.setattr(peers, "find_spec", lambda name: None)
    assert peers.installed() == ()
    with pytest.raises(UnknownName, match="the peer autograd needs autograd, which is not installed: pip install"):
        peers.examine("autograd")


def test_rows_of_peers():
    if not THERE:
        pytest.skip("no peer is installed")
    sweep = Sweep((4,), (2,), ("float64",), (1,), 0.01, peers=THERE)
    (rows,) = bench("linear", sweep)
    by = {(r.form, r.what): r for r in rows}
    for peer in THERE:
        row = by[peer, "multiply"]
        assert row.seconds > 0
        assert row.peak is None
        assert (row.bytes, row.flops) == (by["fused", "multiply"].bytes, by["fused", "multiply"].flops)


def test_who_was_left_out_is_told(capsys, tmp_path):
    if "torch" not in THERE:
        pytest.skip("PyTorch is not installed")
    out = tmp_path / "o.json"
    args = ["--sizes", "4", "--batches", "1", "--threads", "1", "--seconds", "0.01", "--dtype", "float64"]
    assert main(["bench", "branch", *args, "--peers", "torch", "--json", str(out)]) == 0
    assert "torch is not timed: PyTorch has no branch of its own" in capsys.readouterr().out
    assert json.loads(out.read_text())["left_out"] == ["torch is not timed: PyTorch has no branch of its own"]

"""benchmarks.network: shared and separate products give the same gradients; what is counted is what is multiplied."""

import json

import numpy as np
import pytest

from benchmarks import network
from benchmarks.network import Perceptron, main, separate, shared
from jacobians.cost import backward_cost
from jacobians.matrix import multiplications

pytest.importorskip("threadpoolctl")


def test_all_ways_give_the_same_gradients():
    net = Perceptron(3, 5)
    Ls = net.jacobians()
    want = net.net.backward(np.ones((1, 1)), wrt=net.net.theta, **net.values)
    for found in (shared(Ls), separate(Ls), net.literal(), net.fused()()):
        assert set(found) == set(net.net.theta)
        for a, g in found.items():
            np.testing.assert_allclose(np.ravel(g), np.ravel(want[a]), rtol=1e-12, atol=1e-15)


def test_the_products_timed_are_the_products_counted(monkeypatch):
    net = Perceptron(4, 3)
    Ls, cost, right = net.jacobians(), backward_cost(net.net, net.values), network.multiply
    for way, counted in ((shared, cost.shared), (separate, cost.separate)):
        made = []

        def counting(g, L, made=made):
            made.append(multiplications(g, L))
            return right(g, L)

        monkeypatch.setattr(network, "multiply", counting)
        way(Ls)
        assert sum(made) == counted


def test_the_command(tmp_path, capsys):
    out = tmp_path / "o.json"
    args = ["--depths", "2,4,8", "--widths", "6", "--seconds", "0.01", "--json", str(out)]
    assert main(args) == 0
    said = capsys.readouterr().out
    assert "algebra n^1\n" in said
    assert "sharing saves, 8 layers, 6 wide: a factor of" in said
    rows = json.loads(out.read_text())["rows"]
    savings = [r["counted_saving"] for r in rows if r["competitor"] == "separate" and r["width"] == 6]
    assert savings[0] < savings[1] < savings[2]

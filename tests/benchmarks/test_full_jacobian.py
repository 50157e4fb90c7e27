"""benchmarks.full_jacobian: every library's Jacobian is ours, a wrong one is not timed, a large one is refused."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import sparse

from benchmarks import full_jacobian
from benchmarks.full_jacobian import entrants, main, wrong
from benchmarks.jacobian_cases import cases
from benchmarks.jacobian_rivals import RIVALS, Entry, Rival

pytest.importorskip("threadpoolctl")
CASES = {case.name: case for case in cases("float64", small=True)}
LARGE = 1 << 30
NOT_THERE = ("NotImplementedError: BackPACK has no", "TypeError: pad_vjp() missing")


@pytest.mark.parametrize("name", CASES)
def test_every_rival_agrees_or_says_why(name):
    case = CASES[name]
    for rival, found in entrants(case, case.point.L(case.a), LARGE):
        assert isinstance(found, Rival) or found.startswith(NOT_THERE), rival


def test_a_wrong_jacobian_is_seen():
    L = CASES["linear 6×6, L^W"].point.L("W")
    assert wrong(L, L) == wrong(L.toarray(), L) == wrong(L, L.toarray()) == ""
    assert wrong(L.toarray() * (1 + 1e-10), L).startswith("an entry is off by")
    assert wrong(L * np.nan, L)
    assert "its shape is" in wrong(L.T, L)
    dropped = L.copy()
    dropped.data[-1] = 0
    assert wrong(dropped, L)


def test_a_wrong_rival_is_not_timed(monkeypatch, capsys):
    def doubling(case, L):
        return Rival(lambda: 2 * L, lambda J: sparse.csr_array(J))

    monkeypatch.setattr(full_jacobian, "RIVALS", {"doubling": Entry("numpy", doubling, lambda L: 0)})
    assert main(["--small", "--seconds", "0.01", "--only", "linear"]) == 0
    assert "doubling                   not timed: not right: an entry is off by" in capsys.readouterr().out


def test_what_would_take_too_much_is_refused_with_an_estimate(monkeypatch):
    case = CASES["linear 6×6, L^W"]
    greedy = Entry("numpy", lambda case, L: pytest.fail("it was asked all the same"), lambda L: 1001)
    monkeypatch.setattr(full_jacobian, "RIVALS", {"greedy": greedy})
    found = dict(entrants(case, case.point.L("W"), 1000))
    assert found["greedy"].endswith("is 1 kB")
    assert RIVALS["jax.jacfwd"].bytes(SimpleNamespace(shape=(2, 3), dtype=np.dtype("float64"))) == 8 * (2 * 6 + 9)


def test_the_command(tmp_path, monkeypatch):
    monkeypatch.setattr(full_jacobian, "RIVALS", {})  # they are asked above
    out = tmp_path / "o.json"
    assert main(["--small", "--seconds", "0.01", "--only", "softmax", "--dtype", "float32", "--json", str(out)]) == 0
    rows = {r["competitor"]: r for r in json.loads(out.read_text())["rows"]}
    assert rows["ours"]["ratio"] == pytest.approx(rows["ours"]["seconds"] / rows["filling the arrays"]["seconds"])
    assert rows["ours"]["over_ours"] == 1
    assert all(r["bytes"] >= 4 * 36 for r in rows.values() if r["seconds"])

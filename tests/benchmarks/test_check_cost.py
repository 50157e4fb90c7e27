"""benchmarks.check_cost: right code is accepted by all, and refused by ours when it is not; estimates refuse."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import check_cost
from benchmarks.check_cost import FLOOR, cases, main, ours, plain

pytest.importorskip("threadpoolctl")
CASES = {name: (fast, point) for name, fast, point in cases(small=True)}

OURS = "ours, every entry singly"


@pytest.mark.parametrize("name", CASES)
def test_right_code_is_accepted_and_every_entry_exposed(name):
    fast, point = CASES[name]
    assert ours(False, point, fast) == (True, 0)
    accepted, exposed = ours(True, point, fast)
    assert accepted
    assert exposed == sum(np.size(point.forward()) * v.size for v in point.values.values())
    assert plain(point, fast) == (True, 0)


@pytest.mark.parametrize("name", CASES)
def test_an_entry_dropped_is_not(name):
    fast, point = CASES[name]
    a = next(iter(point.values))

    def backward(g, saved):
        found = fast.backward(g, saved)
        lost = np.array(found[a])
        lost.flat[-1] = 0
        return {**found, a: lost}

    wrong = SimpleNamespace(forward=fast.forward, backward=backward)
    assert not any(ours(singly, point, wrong)[0] for singly in (False, True))
    assert not plain(point, wrong)[0]


@pytest.fixture(autouse=True)
def without_rivals(monkeypatch):
    """PyTorch and JAX take seconds to load, and rivals.py is what calls them."""
    monkeypatch.setattr(check_cost, "find_spec", lambda name: None)


def run(tmp_path, *args):
    out = tmp_path / "o.json"
    assert main(["--small", "--seconds", "0.01", "--only", "linear", "--json", str(out), *args]) == 0
    return {r["competitor"]: r for r in json.loads(out.read_text())["rows"]}


def test_the_command(tmp_path):
    rows = run(tmp_path)
    assert {FLOOR, OURS, "central differences"} <= set(rows)
    assert all(r["accepted"] for r in rows.values())
    assert rows[OURS]["ratio"] == pytest.approx(rows[OURS]["seconds"] / rows[FLOOR]["seconds"])
    assert rows["central differences"]["exposed"] == 0 < rows[OURS]["exposed"]


def test_who_would_take_too_long_is_refused(tmp_path, capsys):
    rows = run(tmp_path, "--most", "1e-9")
    assert rows["central differences"]["seconds"] is None
    assert "it takes about 0 s and 0 bytes, and may not: --most 1e-09" in rows["central differences"]["why"]
    assert rows[OURS]["seconds"] > 0

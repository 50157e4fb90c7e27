"""`jacobians check`: the twins, and a file of a person's; what is printed, and the exit status."""

import re
import sys

import numpy as np

from .code import LINEAR


def test_the_twin_of_one_layer(typed):
    status, out, err = typed("check", "--layer", "relu")
    assert (status, err) == (0, "")
    head, relu, passed, total = out.splitlines()
    assert head.split() == ["layer", "gradients", "float64", "float32", "entries", "of", "L"]
    assert re.fullmatch(r"relu +x +0\.\d\d +7e-16 +0\.\d\d +2e-07 +[\d,]+  PASS", relu)
    exposed = r"PASS  relu gradient of x: [\d,]+ entries of L exposed, each by itself; "
    assert re.fullmatch(exposed + "a relative error in one would show from 7e-16 in float64, 2e-07 in float32", passed)
    assert re.fullmatch(r"1 PASS: [\d,]+ entries of L exposed, in \d+\.\d s, seed 0", total)


def test_every_layer_is_checked_when_none_is_named(typed, monkeypatch):
    monkeypatch.setattr("jacobians.checking.layer_names", lambda: ["identity", "relu", "shift"])
    status, out, _ = typed("check", "--dtype", "float64")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == ["layer", "identity", "relu", "shift", "3"]


def test_a_layer_without_a_twin_is_undecided(typed, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    status, out, _ = typed("check", "--layer", "relu")
    assert status == 3
    assert "there is no reference/relu.py" in out


def test_a_right_file(file, typed):
    status, out, err = typed("check", file(), "--layer", "linear")
    assert (status, err) == (0, "")
    assert "linear          x W b" in out
    assert out.splitlines()[-1].startswith("1 PASS: ")


def test_a_wrong_file(file, typed):
    status, out, err = typed("check", file(LINEAR.replace("g.sum(", "g.mean(")), "--layer", "linear")
    assert (status, err) == (1, "")
    fail = next(line for line in out.splitlines() if line.startswith("FAIL"))
    assert "linear gradient of b, float64 (and in float32): entry [" in fail
    assert "divided by the batch size" in fail
    assert out.splitlines()[-1].startswith("1 FAIL: ")


def test_quiet(file, typed):
    status, out, err = typed("check", file(), "--layer", "linear", "-q")
    assert (status, err) == (0, "")
    assert len(out.splitlines()) == 1
    status, out, err = typed("check", file(LINEAR.replace("g.sum(", "g.mean(")), "--layer", "linear", "-q")
    assert (status, err) == (1, "")
    assert [line.split()[0] for line in out.splitlines() if line[0] != " "] == ["FAIL", "1"], "and how to see it again"


def test_a_file_beside_its_helpers_finds_them(file, typed, tmp_path):
    (tmp_path / "helper_of_mine.py").write_text("def add_up(g):\n    return g.sum(axis=0)\n")
    path = file("from helper_of_mine import add_up\n" + LINEAR.replace("g.sum(axis=0)", "add_up(g)"))
    before = list(sys.path)
    status, _, _ = typed("check", path, "--layer", "linear", "--dtype", "float64")
    assert status == 0
    assert sys.path == before


def test_formats(file, typed):
    status, out, _ = typed("check", file(), "--layer", "linear", "--dtype", " float32, float16 ,float32,")
    assert status == 0
    assert out.split()[:4] == ["layer", "gradients", "float32", "float16"]


def test_settings(file, typed):
    relu = "import numpy as np\ndef forward(x): return np.maximum(x, 0), x\n"
    relu += "def backward(g, x): return {'x': g * (x > 0)}\n"
    status, out, _ = typed("check", file(relu), "--layer", "relu", "--dtype", "float64")
    assert status == 0
    assert "note  convention: at_zero = 0.0" in out
    status, out, _ = typed("check", file(relu), "--layer", "relu", "--dtype", "float64", "--setting", "at_zero=0")
    assert status == 0
    assert "note" not in out
    status, out, _ = typed("check", file(relu), "--layer", "relu", "--dtype", "float64", "--setting", "at_zero=0.5")
    assert status == 1


def test_what_the_code_prints_is_its_own_affair(file, typed):
    path = file(LINEAR.replace("    x, W = saved", "    print('hello')\n    x, W = saved"))
    status, out, _ = typed("check", path, "--layer", "linear", "--dtype", "float64")
    assert status == 0
    assert "hello" in out


def test_code_that_changes_what_belongs_to_all_is_seen_or_undone(file, typed):
    before = np.geterr()
    path = file(
        "import warnings, sys\nwarnings.simplefilter('error')\nimport numpy\nnumpy.seterr(all='raise')\n" + LINEAR
    )
    assert typed("check", path, "--layer", "linear", "--dtype", "float64")[0] == 0
    assert np.geterr() == before

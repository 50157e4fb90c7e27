"""`jacobians show` and `jacobians explain`, as they are typed."""

import re
import sys

import pytest

from jacobians.__main__ import main
from jacobians.commands._options import memory
from jacobians.errors import TooLarge
from jacobians.memory import limit
from jacobians.workers import check_twins


@pytest.fixture
def typed(capsys):
    """Type a command: (exit status, standard output, standard error)."""

    def run(*args: str) -> tuple[int, str, str]:
        try:
            status = main([*args])
        except SystemExit as stop:
            status = int(stop.code or 0)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return status, out, err

    return run


def test_show(typed):
    status, out, err = typed("show", "linear")
    assert (status, err) == (0, "")
    assert out.startswith("linear: y = W x + b    (size 2, seed 0)\n")
    assert "g · L^W = g^W    [1 × 3] · [3 × 6] = [1 × 6]    L^W sparse, 6 of 18 entries stored" in out
    assert "\033" not in out


def test_one_argument_another_size_another_seed(typed):
    assert "L^x" not in typed("show", "linear", "--argument", "W")[1]
    assert "[4 × 12]" in typed("show", "linear", "--size", "3", "--argument", "W")[1]
    assert typed("show", "linear", "--seed", "1")[1] != typed("show", "linear", "--seed", "2")[1]
    assert typed("show", "linear", "--seed", "1") == typed("show", "linear", "--seed", "1")


def test_atoms(typed):
    status, out, _ = typed("show", "softmax", "--atoms")
    assert status == 0
    assert "e = exp(z)" in out
    assert "g^e += g^s · L^x of sum" in out


OWN = """
import numpy as np
from jacobians import Graph, Point
from jacobians.layers import Linear, ReLU, SquaredError
net = Graph(h=(Linear(), "x", "W", "b"), a=(ReLU(), "h"), J=(SquaredError(), "a", "y"))
values = {"x": np.array([1.0, -2.0]), "W": np.array([[3.0, 1.0]]), "b": np.zeros(1), "y": np.array([4.0])}
at = Point(net, values)
gate = Point(ReLU(), {"x": np.array([5.0, -7.0])})
number = 3
unfit = Point(Linear(), {"x": np.ones(3), "W": np.ones((2, 4)), "b": np.ones(2)})
"""


def test_a_persons_own_point_and_graph(typed, tmp_path):
    path = tmp_path / "own.py"
    path.write_text(OWN)
    status, out, err = typed("show", f"{path}:gate")
    assert (status, err) == (0, "")
    assert "[  5 ]" in out.replace("⎡", "[").replace("⎤", "]")
    status, out, _ = typed("show", f"{path}:at")
    assert status == 0
    assert re.search(r"^  h = linear\(x, W, b\) +\[1\] +\[ 1 \]$", out, re.MULTILINE)
    for name, reason in (
        ("net", "is a Graph without values: name a Point(net, values), or draw it with --plot"),
        ("nett", "defines no 'nett': it has the points and graphs net, at, gate and unfit. Did you mean 'net'?"),
        ("unfit", "cannot be evaluated: ValueError: matmul"),
        ("number", "is a value of type int: name a Point, a Graph, or the class of a layer"),
    ):
        status, _, err = typed("show", f"{path}:{name}")
        assert status == 2
        assert reason in err
    assert "there is no file" in typed("show", f"{tmp_path}/none.py:net")[2]


def test_a_persons_own_graph_is_drawn(typed, tmp_path):
    pytest.importorskip("matplotlib", reason="drawing is tried where matplotlib is: pip install '.[plot]'")
    (tmp_path / "own.py").write_text(OWN)
    status, _, _ = typed("show", f"{tmp_path}/own.py:net", "--plot", str(tmp_path / "net.png"))
    assert status == 0
    assert (tmp_path / "net.png").read_bytes().startswith(b"\x89PNG")


def test_without_matplotlib_one_sentence(typed, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    for command in (["show", "linear"], ["check", "--layer", "linear"]):
        status, out, err = typed(*command, "--plot", str(tmp_path / "a.png"))
        assert (status, out) == (2, "")
        assert err == "jacobians: drawing needs the package matplotlib: pip install '.[plot]'\n"


def test_colours_when_they_are_forced(typed, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\033[" in typed("show", "linear")[1]
    assert "\033[1;31m" not in typed("explain", "linear")[1]
    assert "\033[32mPASS" in typed("check", "--layer", "relu", "--dtype", "float64")[1]
    assert "\033" not in typed("check", "--layer", "relu", "--dtype", "float64", "--json", "-")[1]


def test_explain(typed, tmp_path):
    assert typed("explain", "relu")[0] == 0
    (tmp_path / "mine.py").write_text(
        "def forward(x): return x * (x > 0), x\ndef backward(g, x): return {'x': 2 * g * (x > 0)}\n"
    )
    status, out, _ = typed("explain", "relu", str(tmp_path / "mine.py"))
    assert status == 1
    assert "they differ" in out


def test_check_verbose_shows_where(typed, tmp_path):
    text = "def forward(x): return x * (x > 0), x\ndef backward(g, x): return {'x': 2 * g * (x > 0)}\n"
    (tmp_path / "mine.py").write_text(text)
    check = ("check", str(tmp_path / "mine.py"), "--layer", "relu", "--dtype", "float64")
    assert "✗" not in typed(*check)[1]
    out = typed(*check, "-v")[1]
    assert "entries of L^x" in out
    assert "✗" in out


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (("show", "liner"), "no layer is called 'liner'. Did you mean 'linear'?"),
        (("explain", "liner"), "Did you mean 'linear'?"),
        (("show",), "the following arguments are required: LAYER"),
        (("show", "linear", "--argument", "w"), "LinearX has no Jacobian for 'w'"),
        (("show", "relu", "--argument", "theta"), "it has no parameters, so no theta"),
        (("show", "linear", "--size", "0"), "'0' is no size to look at: write a whole number from 1 to 1000"),
        (("explain", "linear", "--size", "11"), "write a whole number from 1 to 10"),
        (("show", "linear", "--size", "two"), "'two' is no size"),
        (("show", "linear", "--seed", "x"), "'x' is no seed"),
        (("show", "linear", "--memory", "much"), "'much' is no amount of memory: write one such as 500MB"),
        (("show", "layer_norm", "--size", "200", "--memory", "10MB"), "takes 64.6 MB, and there is room for 10 MB"),
        (("show", "merge", "--atoms"), "nobody has written merge as a graph of atomic maps"),
        (("explain", "linear", "none.py"), "there is no file 'none.py'"),
        (("shwo", "linear"), "Did you mean 'show'?"),
        (("show", "linear", "--seeed", "1"), "Did you mean '--seed'?"),
    ],
)
def test_what_cannot_be_carried_out(command, reason, typed):
    status, out, err = typed(*command)
    assert (status, out) == (2, "")
    assert reason.replace("LinearX", "Linear()") in err
    assert len(err.splitlines()) == 1


def test_check_keeps_to_the_limit_of_memory(typed):
    status, _, err = typed("check", "--layer", "softmax", "--memory", "100")
    assert status == 2
    assert "there is room for 100 bytes" in err


def test_workers_keep_to_the_limit_of_memory():
    with limit(100), pytest.raises(TooLarge, match="there is room for 100 bytes"):
        list(check_twins(["softmax"], ("float64",), 0))


@pytest.mark.parametrize(
    ("text", "size"), [("500MB", 5e8), ("2 GB", 2e9), ("1e9", 1e9), ("4096", 4096), ("1.5k", 1500), ("3GiB", 3e9)]
)
def test_amounts_of_memory(text, size):
    assert memory(text) == size

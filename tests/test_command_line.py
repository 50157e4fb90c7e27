"""The command line: what a person types and what comes back, with the exit status. No traceback, whatever is typed."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import jacobians
from jacobians.__main__ import main
from jacobians.layers import layer_names

ROOT = Path(__file__).resolve().parents[1]
LINEAR = """
import numpy as np

def forward(x, W, b):
    return x @ W.T + b, (x, W)

def backward(g, saved):
    x, W = saved
    return {"x": g @ W, "W": g.T @ x, "b": g.sum(axis=0)}
"""
LISTING = """
class linear():
    def __init__(self, W, b, lr):
        self.W = W
        self.b = b
        self.lr = lr # learning rate
    def forward(self, x_in):
        self.x_in = x_in
        return matmul(self.W,x_in)+self.b
    def backward(self,J_out):
        J_in = matmul(J_out,self.W)
        dJdW = matmul(self.x_in,J_out)
        dJdb = J_out
        return J_in, dJdW, dJdb
    def update(self, dJdW, dJdb):
        self.W -= self.lr*dJdW.transpose()
        self.b -= self.lr*dJdb.transpose()
"""


@pytest.fixture
def file(tmp_path):
    """Write a file of a person's; its path as it would be typed."""

    def write(text: str | bytes = LINEAR, name: str = "mine.py") -> str:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


@pytest.fixture
def typed(capsys):
    """Type a command: (exit status, standard output, standard error)."""

    def run(*args: str) -> tuple[int, str, str]:
        try:
            status = main([*args])
        except SystemExit as stop:  # argparse
            status = int(stop.code or 0)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return status, out, err

    return run


@pytest.fixture
def refused(typed):
    """Type a command that cannot be carried out: the one sentence that says so."""

    def run(*args: str) -> str:
        status, out, err = typed(*args)
        assert status == 2
        assert out == "", "nothing is said before it is known that the command can be carried out"
        [line] = err.splitlines()
        assert line.startswith("jacobians: ")
        return line.removeprefix("jacobians: ")

    return run


# Whoever starts the tests in the background has them ignore Ctrl-C, and what they start, too.
_AS_FROM_A_TERMINAL = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("jacobians", run_name="__main__", alter_sys=True)
"""


def program(*args: str, **kwargs) -> subprocess.Popen:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", _AS_FROM_A_TERMINAL, *args]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, **kwargs
    )


# -- check without a file ---------------------------------------------------------------------------------------------


def test_the_twin_of_one_layer(typed):
    status, out, err = typed("check", "--layer", "relu")
    assert (status, err) == (0, "")
    head, relu, passed, total = out.splitlines()
    assert head.split() == ["layer", "gradients", "float64", "float32", "entries", "of", "L"]
    assert re.fullmatch(r"relu +x +0\.\d\d +3e-16 +0\.\d\d +1e-07 +[\d,]+  PASS", relu)
    exposed = r"PASS  relu gradient of x: [\d,]+ entries of L exposed, each by itself; "
    assert re.fullmatch(exposed + "a relative error in one would show from 3e-16 in float64, 1e-07 in float32", passed)
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


# -- check FILE -------------------------------------------------------------------------------------------------------


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


# -- JSON -------------------------------------------------------------------------------------------------------------


def no_constants(text: str):
    return json.loads(text, parse_constant=lambda c: pytest.fail(f"{c} is not JSON"))


def test_json_to_a_file(file, typed, tmp_path):
    path = tmp_path / "out.json"
    status, out, _ = typed(
        "check", file(LINEAR.replace("g.sum(", "2 * g.sum(")), "--layer", "linear", "--json", str(path)
    )
    assert status == 1
    assert out.startswith("layer"), "what is said is said all the same"
    data = no_constants(path.read_text())
    assert (data["schema"], data["verdict"], data["seed"], data["interrupted"]) == (1, "FAIL", 0, False)
    for r in data["results"]:
        assert {"layer", "argument", "claim", "dtype", "verdict", "ratio", "where", "diagnosis"} <= set(r)
        assert r["verdict"] in ("PASS", "FAIL", "SUSPICIOUS", "INCONCLUSIVE")
    wrong = [r for r in data["results"] if r["argument"] == "b"]
    assert {r["diagnosis"]["name"] for r in wrong} == {"factor:2"}
    assert {r["diagnosis"] for r in data["results"] if r["argument"] != "b"} == {None}


def test_json_to_standard_output_and_nothing_else_there(file, typed):
    path = file("print('loading')\n" + LINEAR.replace("    x, W = saved", "    print('hello')\n    x, W = saved"))
    status, out, err = typed("check", path, "--layer", "linear", "--json", "-")
    assert status == 0
    assert no_constants(out)["verdict"] == "PASS"
    assert "loading" in err
    assert "hello" in err
    assert "1 PASS" in err


@pytest.mark.parametrize(
    "text", ["0 * g.sum(axis=0) + np.nan", "g.sum(axis=0) + np.inf", "g.sum(axis=0) + 1e300", "[1]"]
)
def test_json_has_no_nan_and_no_infinity(text, file, typed):
    path = file(LINEAR.replace("g.sum(axis=0)", text))
    status, out, _ = typed("check", path, "--layer", "linear", "--dtype", "float64", "--json", "-")
    assert status == 1
    assert no_constants(out)["verdict"] == "FAIL"


def test_the_same_seed_gives_the_same_json_and_another_another(file, typed):
    def found(seed: str) -> str:
        return typed("check", file(), "--layer", "linear", "--dtype", "float64", "--seed", seed, "--json", "-")[1]

    assert found("11") == found("11")
    assert found("11") != found("12")
    assert no_constants(found("11"))["seed"] == 11


# -- the chapter's convention -----------------------------------------------------------------------------------------


def chapter(typed, path: str) -> tuple[int, str]:
    status, out, _ = typed("check", path, "--convention", "chapter", "--dtype", "float64")
    return status, out


def test_the_listing_as_printed_is_refused_with_the_reason(file, typed):
    printed = LISTING.replace("matmul(self.W,x_in)+self.b", "matmul(W,x)+b").replace(
        "matmul(J_out,self.W)", "matmul(J_out,W)"
    )
    status, out = chapter(typed, file(printed))
    assert status == 1
    assert "forward raised NameError: name 'W' is not defined, at line 9, `return matmul(W,x)+b`" in out
    assert "forward reads W, x and b, defined nowhere; write self.W, x_in and self.b" in out
    half = LISTING.replace("matmul(J_out,self.W)", "matmul(J_out,W)")
    status, out = chapter(typed, file(half))
    assert status == 1
    assert "backward reads W, defined nowhere; write self.W" in out


def test_the_corrected_listing_passes(file, typed):
    """Its update writes into W in place, as the listing's does: that is its right."""
    status, out = chapter(typed, file(LISTING))
    assert status == 0
    assert re.search(r"^linear +x W b .*PASS$", out, re.MULTILINE)


def test_a_transposed_dJdW_is_named(file, typed):
    status, out = chapter(typed, file(LISTING.replace("matmul(self.x_in,J_out)", "matmul(self.x_in,J_out).T")))
    assert status == 1
    assert "dJdW has shape [6, 5], the chapter's is [5, 6]: it is transposed" in out


@pytest.mark.parametrize("kept", ["self.W -= self.lr*dJdW.transpose()", "self.b -= self.lr*dJdb.transpose()"])
def test_update_must_transpose(kept, file, typed):
    status, out = chapter(typed, file(LISTING.replace(kept, kept.replace(".transpose()", ""))))
    assert status == 1
    assert "update raised ValueError" in out
    assert "θ is a column and ∂J/∂θ a row: transpose it" in out


@pytest.mark.parametrize("wrong", ["self.W += ", "self.W = - ", "other = "])
def test_update_must_go_down(wrong, file, typed):
    status, out = chapter(typed, file(LISTING.replace("self.W -= ", wrong)))
    assert status == 1
    assert "update does not leave W − lr·(∂J/∂W)ᵀ in self.W" in out


def test_a_wrong_gradient_in_the_chapters_convention(file, typed):
    status, out = chapter(typed, file(LISTING.replace("dJdb = J_out", "dJdb = 2*J_out")))
    assert status == 1
    assert "linear gradient of b, float64" in out
    assert "it is 2 times g·L" in out


def test_several_classes_in_one_file(file, typed):
    relu = "\nclass ReLU:\n    def forward(self, x_in):\n        self.x = x_in\n        return x_in * (x_in >= 0)\n"
    relu += "    def backward(self, J_out):\n        return J_out * (self.x >= 0).T\n"
    status, out = chapter(typed, file(LISTING + relu + "\nclass Helper:\n    pass\n"))
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == ["layer", "linear", "relu", "2"]
    status, out, _ = typed(
        "check", file(LISTING + relu), "--convention", "chapter", "--layer", "relu", "--dtype", "float64"
    )
    assert [line.split()[0] for line in out.splitlines()] == ["layer", "relu", "PASS", "1"]


def test_a_list_of_gradients_will_do(file, typed):
    assert chapter(typed, file(LISTING.replace("return J_in, dJdW, dJdb", "return [J_in, dJdW, dJdb]")))[0] == 0


def test_only_points_that_are_columns_are_asked(file, typed):
    """A softmax of one column is right, though the layer also has points of several slices."""
    softmax = """
import numpy as np
class Softmax:
    def forward(self, x_in):
        e = np.exp(x_in - x_in.max())
        self.y = e / e.sum()
        return self.y
    def backward(self, J_out):
        return (J_out - J_out @ self.y) * self.y.T
"""
    status, out = chapter(typed, file(softmax))
    assert status == 0
    assert "note  points with data that this convention has no form for were left out" in out
    assert chapter(typed, file(softmax.replace(" - J_out @ self.y", "")))[0] == 1


def test_values_too_few_from_backward(file, typed):
    status, out = chapter(typed, file(LISTING.replace("return J_in, dJdW, dJdb", "return J_in")))
    assert status == 1
    assert "backward returned 1 value(s): return J_in, dJdW, dJdb" in out


# -- what cannot be carried out: status 2, one sentence ---------------------------------------------------------------


def test_no_such_file(refused, tmp_path):
    assert "there is no file" in refused("check", str(tmp_path / "none.py"), "--layer", "linear")


def test_a_folder(refused, tmp_path):
    assert "is a folder: give the path of a .py file" in refused("check", str(tmp_path), "--layer", "linear")


def test_not_python(file, refused):
    assert "is a .txt file: give the path of a .py file" in refused("check", file("x", "mine.txt"), "--layer", "linear")
    assert "is a nameless file" in refused("check", file("x", "mine"), "--layer", "linear")


@pytest.mark.parametrize("text", ["", "\n\n", "x = 1\n", "'''nothing'''"])
def test_an_empty_file(text, file, refused):
    said = refused("check", file(text), "--layer", "linear")
    assert "has no function 'forward' (it has none): write `def forward(x, W, b)`" in said


def test_no_backward(file, refused):
    said = refused("check", file("def forward(x): return x, x"), "--layer", "relu")
    assert "has no function 'backward' (it has forward): write `def backward(g, saved)`" in said


def test_other_argument_names(file, refused):
    said = refused("check", file(LINEAR.replace("x, W, b", "inputs, W, b", 1)), "--layer", "linear")
    assert "takes inputs, W and b, but is called with x=, W=, b= by name: write `def forward(x, W, b)`" in said


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def forward(x,:\n    pass", "is not valid Python: line 1, `def forward(x,:`"),
        ("def f():\nreturn 1", "is not valid Python: line 2, `return 1`"),
        ("\tx=1\n        y=2", "is not valid Python: line "),
        (
            "import no_such_module_anywhere",
            "it raised ModuleNotFoundError: No module named 'no_such_module_anywhere', at line 1",
        ),
        ("from numpy import no_such_name", "it raised ImportError: cannot import name 'no_such_name'"),
        ("x = 1\ny = x / 0", "it raised ZeroDivisionError: division by zero, at line 2, `y = x / 0`"),
        ("raise SystemExit", "it raised SystemExit, at line 1"),
        ("import sys\nsys.exit('bye')", "it raised SystemExit: bye, at line 2"),
        ("class Odd(BaseException): pass\nraise Odd('odd')", "it raised Odd: odd, at line 2"),
        ("def f(): f()\nf()", "it raised RecursionError"),
        ("import numpy\nnumpy.abs = lambda x: 0 * x", "replaces numpy's abs"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe", "is not "),
        (b"x = '\xff\xfe'", "is not "),
        (b"\x00\x00\x00", "is not "),
    ],
)
def test_a_file_that_cannot_be_run(text, reason, file, refused):
    said = refused("check", file(text), "--layer", "linear")
    assert "mine.py" in said
    assert reason in said


def test_layer_names_unknown(file, refused):
    assert "no layer is called 'liner'. Did you mean 'linear'?" in refused("check", file(), "--layer", "liner")
    assert "no layer is called 'leaky-relu'. Did you mean 'leaky_relu'?" in refused("check", "--layer", "leaky-relu")
    assert f"`jacobians layers` lists all {len(layer_names())}" in refused("check", "--layer", "zzz")
    assert "no layer is called ''" in refused("check", file(), "--layer", "")


def test_layer_missing(file, refused):
    assert "which layer is it? Write --layer NAME" in refused("check", file())


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("float33", "no format is called 'float33'"),
        ("float64,flaot32", "Did you mean 'float32'?"),
        ("", "no format is called ''"),
        (" , ,", "no format is called ''"),
        ("int8", "write one of float64, float32, float16, bfloat16"),
    ],
)
def test_formats_unknown(given, reason, refused):
    assert reason in refused("check", "--layer", "relu", "--dtype", given)


def test_convention_unknown(file, refused):
    said = refused("check", file(), "--convention", "chaptr")
    assert "no convention is called 'chaptr': write one of " in said
    assert "Did you mean 'chapter'?" in said
    assert "give the file too" in refused("check", "--convention", "chapter")


def test_no_class_to_check(file, refused):
    said = refused("check", file(LISTING.replace("linear", "liner")), "--convention", "chapter", "--layer", "linear")
    assert (
        "defines the classes liner, none of them a layer to check: name a class 'linear'. Did you mean 'liner'?" in said
    )
    assert "name a class after a layer" in refused("check", file("x = 1"), "--convention", "chapter")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("at_zero", "ReLU has the settings at_zero; write NAME=VALUE"),
        ("at_one=1", "ReLU has the settings at_zero"),
        ("at_zero=half", "'half' is no number, tuple or quoted string"),
        ("at_zero=", "is no number, tuple or quoted string"),
        ("at_zero=1+", "is no number"),
        ("=1", "ReLU has the settings at_zero"),
    ],
)
def test_settings_that_are_none(given, reason, refused):
    assert reason in refused("check", "--layer", "relu", "--setting", given)


def test_a_setting_for_every_layer_is_refused_before_any_work(refused):
    assert "--setting at_zero=0: A" in refused("check", "--setting", "at_zero=0")


def test_a_setting_that_cannot_be(typed):
    status, _, err = typed("check", "--layer", "sum", "--setting", "axis=9")
    assert status == 2
    assert err == "jacobians: --setting axis=9: Sum can have that at none of its points\n"


def test_json_nowhere(refused, tmp_path):
    assert "there is no folder" in refused("check", "--layer", "relu", "--json", str(tmp_path / "none" / "out.json"))
    assert "that is a folder; give the path of a file" in refused("check", "--layer", "relu", "--json", str(tmp_path))


@pytest.mark.parametrize("seed", ["-1", "1.5", "x", ""])
def test_seeds_that_are_none(seed, refused):
    assert "is no seed: write a whole number from 0 on" in refused("check", "--layer", "relu", f"--seed={seed}")


def test_what_is_no_command(refused):
    assert "--help" in refused()
    assert "invalid choice: 'chek'" in refused("chek")
    assert "unrecognized arguments: --fast" in refused("check", "--layer", "relu", "--fast")


# -- interrupted, closed, and the rest --------------------------------------------------------------------------------


def test_ctrl_c_keeps_what_was_done_and_says_so(typed, monkeypatch, tmp_path):
    from jacobians import checking

    right = checking.check

    def interrupted(fast, layer, *args, **kwargs):
        if layer.__name__ == "Shift":
            raise KeyboardInterrupt
        return right(fast, layer, *args, **kwargs)

    monkeypatch.setattr(checking, "check", interrupted)
    monkeypatch.setattr(checking, "layer_names", lambda: ["identity", "relu", "shift", "tanh"])
    status, out, err = typed("check", "--dtype", "float64", "--json", str(tmp_path / "out.json"))
    assert status == 130
    assert [line.split()[0] for line in out.splitlines()] == ["layer", "identity", "relu", "2", "interrupted:"]
    assert out.splitlines()[-1] == "interrupted: 2 of 4 layers were checked"
    data = no_constants((tmp_path / "out.json").read_text())
    assert data["interrupted"] is True
    assert data["verdict"] == "INCONCLUSIVE", "what was not checked has not passed"
    assert {r["layer"] for r in data["results"]} == {"identity", "relu"}


def test_ctrl_c_in_the_code_on_trial_and_while_it_is_loaded(file, typed):
    inside = file(LINEAR.replace("    x, W = saved", "    raise KeyboardInterrupt"))
    status, out, _ = typed("check", inside, "--layer", "linear")
    assert status == 130
    assert "interrupted: 0 of 1 layers were checked" in out
    status, _, err = typed("check", file("raise KeyboardInterrupt"), "--layer", "linear")
    assert (status, err) == (130, "jacobians: interrupted\n")


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_by_signal(file, tmp_path):
    ready = tmp_path / "ready"
    path = file(LINEAR + f"\nopen({str(ready)!r}, 'w').close()\nimport time\nright = backward\n"
                "def backward(g, saved):\n    time.sleep(0.2)\n    return right(g, saved)\n")  # fmt: skip
    process = program("check", path, "--layer", "linear")
    for _ in range(600):
        if ready.exists():
            break
        time.sleep(0.05)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in out + err
    assert "interrupted" in out


@pytest.mark.skipif(os.name != "posix", reason="pipes")
def test_a_closed_pipe(tmp_path):
    """As `jacobians check | head -1`: nothing is said, and it is no success."""
    process = program("check", "--layer", "identity")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 141
    assert err == ""


def test_the_program_itself(file, tmp_path):
    process = program(
        "check", file(LINEAR.replace("g.sum(", "g.mean(")), "--layer", "linear", "--dtype", "float64", cwd=tmp_path
    )
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (1, "")
    assert "divided by the batch size" in out


def test_a_terminal_without_our_signs(file, monkeypatch, capsysbinary):
    import io

    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    assert main(["check", file(LINEAR.replace("g.sum(", "2 * g.sum(")), "--layer", "linear", "--dtype", "float64"]) == 1
    out.flush()
    assert b"1 FAIL" in out.buffer.getvalue()


def test_version_and_help(typed):
    assert typed("--version") == (0, f"jacobians {jacobians.__version__}\n", "")
    status, out, _ = typed("--help")
    assert status == 0
    assert "check" in out
    status, out, _ = typed("check", "--help")
    assert status == 0
    for option in ("--layer", "--convention", "--dtype", "--setting", "--seed", "--json", "--quiet"):
        assert option in out
    assert "3 undecided" in " ".join(out.split())


def test_layers(typed):
    status, out, err = typed("layers")
    assert (status, err) == (0, "")
    heads = [k for k, line in enumerate(out.splitlines()) if not line.startswith(" ")]
    assert [out.splitlines()[k].split()[0] for k in heads] == ["layer", *layer_names()]
    below = out.splitlines()[heads[1 + layer_names().index("linear")] + 1]
    assert below == "    x; θ: W, b | L^x 5×4 dense 20/20 | L^W 5×20 sparse 20/100 | L^b 5×5 sparse 5/25"
    status, out, _ = typed("layers", "--markdown")
    assert status == 0
    assert out.splitlines()[1] == "|---|---|---|---|"
    assert len(out.splitlines()) == 2 + len(layer_names())
    assert {line.count("|") for line in out.splitlines()} == {5}

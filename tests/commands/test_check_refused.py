"""`jacobians check` that cannot be carried out: status 2 and one sentence, before anything is said."""

import pytest

from jacobians.layers import layer_names

from .code import LINEAR, LISTING


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
    said = "for one of your own, call jacobians.check_function or begin with `jacobians new layer NAME`"
    assert said in refused("check", file(), "--layer", "my_own")
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


def test_a_setting_that_cannot_be(refused):
    said = refused("check", "--layer", "sum", "--setting", "axis=9")
    assert said == "--setting axis=9: Sum can have that at none of its points"


def test_json_nowhere(refused, tmp_path):
    assert "there is no folder" in refused("check", "--layer", "relu", "--json", str(tmp_path / "none" / "out.json"))
    assert "that is a folder; give the path of a file" in refused("check", "--layer", "relu", "--json", str(tmp_path))


@pytest.mark.parametrize("seed", ["-1", "1.5", "x", ""])
def test_seeds_that_are_none(seed, refused):
    assert "is no seed: write a whole number from 0 on" in refused("check", "--layer", "relu", f"--seed={seed}")

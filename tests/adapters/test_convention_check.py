"""`jacobians check FILE --convention NAME`: what a person types and what comes back."""

import json

import pytest

from jacobians.__main__ import main

from .conftest import SOLUTIONS

RELU = """
import numpy as np
def relu_forward(x):
    return np.maximum(x, 0), x
def relu_backward(dout, cache):
    return dout * (cache > 0)
def softmax_loss(x, y):
    logp = x - x.max(axis=1, keepdims=True)
    logp = logp - np.log(np.exp(logp).sum(axis=1, keepdims=True))
    d = np.exp(logp)
    d[np.arange(len(x)), y] -= 1
    return -logp[np.arange(len(x)), y].mean(), d / len(x)
"""
WRONG = RELU.replace("dout * (cache > 0)", "2 * dout * (cache > 0)")


@pytest.fixture
def typed(capsys, tmp_path):
    def run(text: str, *arguments: str, name: str = "mine.py") -> tuple[int, str, str]:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        status = main(["check", str(path), "--dtype", "float64", *arguments])
        shown = capsys.readouterr()
        assert "Traceback" not in shown.out + shown.err
        return status, shown.out, shown.err

    return run


def test_every_function_that_it_knows_is_checked(typed):
    status, out, _ = typed(WRONG, "--convention", "cs231n")
    rows = [line.split() for line in out.splitlines()[1:] if not line.startswith((" ", "FAIL", "PASS", "note"))]
    assert [(r[0], r[-1]) for r in rows[:2]] == [("relu", "FAIL"), ("softmax_loss", "PASS")]
    assert status == 1
    assert "relu gradient of x" in out
    assert "it is 2 times g·L" in out


def test_layer_narrows_by_part_or_by_layer(typed):
    for only in ("softmax_loss", "cross_entropy"):
        _, out, _ = typed(RELU, "--convention", "cs231n", "--layer", only)
        assert "softmax_loss " in out
        assert "relu" not in out


def test_a_failure_is_reproduced_in_the_courses_words(typed):
    _, out, _ = typed(WRONG, "--convention", "cs231n", "--layer", "relu")
    lines = [line.strip() for line in out[out.index("to reproduce:") :].splitlines()[1:8]]
    assert lines[2] == "out, cache = relu_forward(x)"
    assert lines[4] == "dx = relu_backward(dout, cache)"
    code = "\n".join([WRONG, *(line for line in lines[:5]), lines[5].replace("print", "shown = float")])
    known: dict = {}
    exec(code, known)  # what was printed is right Python, and shows the wrong number
    right = float(lines[5].partition("# ")[2].partition(" ")[0])
    assert known["shown"] == 2 * right


def test_a_notebook(typed):
    cells = [{"cell_type": "code", "source": ["%matplotlib inline\n", RELU]}]
    made = json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}})
    status, out, _ = typed(made, "--convention", "cs231n", "--layer", "relu", name="homework.ipynb")
    assert status == 0
    assert "relu " in out


def test_json_has_the_parts_names(typed):
    _, out, _ = typed(RELU, "--convention", "cs231n", "--layer", "relu", "--json", "-")
    assert {r["layer"] for r in json.loads(out)["results"]} == {"relu"}


def test_a_convention_of_ones_own(typed, tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text('[parts.f]\nlayer = "relu"\nforward = "out = f(x)"\nbackward = "dx = b(dout, x)"\n')
    text = "import numpy as np\ndef f(x): return np.maximum(x, 0)\ndef b(dout, x): return dout * (x > 0)\n"
    assert typed(text, "--convention", str(path))[0] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("cs231m",), "no convention is called 'cs231m': write one of chapter, "),
        (("cs231m",), "Did you mean 'cs231n'?"),
        (("cs231n", "--layer", "relus"), "convention cs231n has no 'relus'"),
        (
            ("mytorch",),
            "mine.py defines relu_forward, relu_backward and softmax_loss; convention mytorch looks for Linear",
        ),
        (("nothing.toml",), "there is no convention file 'nothing.toml'"),
    ],
)
def test_what_cannot_be_carried_out(arguments, said, typed):
    status, out, err = typed(RELU, "--convention", *arguments)
    assert status == 2
    assert said in err
    assert len(err.splitlines()) == 1
    assert not out


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("def f(:", "mine.py", "mine.py is not valid Python: line 1"),
        ("{", "mine.ipynb", "mine.ipynb is not a notebook"),
        ("x", "mine.txt", "is a .txt file"),
        ("import numpy\nnumpy.exp = abs", "mine.py", "replaces numpy's exp"),
    ],
)
def test_files_that_cannot_be_used(text, name, said, typed):
    status, _, err = typed(text, "--convention", "cs231n", name=name)
    assert status == 2
    assert said in err


def test_a_solution_from_a_file_beside_another():
    """layer_utils.py imports from layers.py in its folder."""
    path = SOLUTIONS / "cs231n" / "layer_utils.py"
    arguments = ["--convention", "cs231n", "--layer", "affine_relu", "--dtype", "float64", "-q"]
    assert main(["check", str(path), *arguments]) == 0

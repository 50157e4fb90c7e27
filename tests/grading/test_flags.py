"""What a person should look at is found in the source and in the answers; ordinary homework raises nothing."""

from __future__ import annotations

import pytest

from jacobians.grading.assignment_file import load
from jacobians.grading.flags import in_source
from jacobians.grading.grade import grade
from jacobians.grading.submission import Submission
from tests.grading.fakes import NoSandbox
from tests.grading.homework import RIGHT, SECRET, changed


def names_of(source):
    return {f["name"] for f in in_source(source, "s.py")}


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("import torch.nn as nn", {"forbidden-import"}),
        ("def f():\n    from autograd import grad", {"forbidden-import"}),
        ("from jax.numpy import dot", {"forbidden-import"}),
        (
            "def affine_backward(dout, cache):\n    for i in range(3):\n        y = affine_forward(x + h, w, b)",
            {"finite-differences"},
        ),
        (
            "def backward(g, s):\n    return [loss(x + e * h) - loss(x - e * h) for e in E]",
            {"finite-differences"},
        ),
        ("def relu_backward(d, c):\n    return eval_numerical_gradient_array(f, c, d)", {"finite-differences"}),
        ("def dx_grad(f, x):\n    return f(x + 1e-20j).imag / 1e-20", {"complex-step"}),
        ("def backward(g, s):\n    return f(s.astype(complex)).imag", {"complex-step"}),
        (f"def backward(g, s):\n    return np.array({[k + 0.5 for k in range(30)]})", {"hardcoded"}),
        (f"TABLE = {[[-k - 0.5 for k in range(6)]] * 4}", {"hardcoded"}),
        (f"TABLE = {[[k / 2 for k in range(6)]] * 4}", set()),
        ("x = 1\n" * 100_000, {"long-source"}),
        ("def backward(g, s):\n    return KNOWN[g.tobytes()]", {"hardcoded"}),
        ("def backward(g, s):\n    return KNOWN[hash(g.data)]", {"hardcoded"}),
        (RIGHT, set()),
        ("import numpy as np\nfrom scipy import special\nSIZES = list(range(100))", set()),
        ("def forward(x):\n    for i in range(3):\n        y = step_forward(x)\n    return y", set()),
        ("not python(", set()),
    ],
)
def test_signs_in_the_source(source, wanted):
    assert names_of(source) == wanted


def test_a_flag_says_where():
    [flag] = in_source("x = 1\nimport torch\n", "layers.py")
    assert flag["where"] == "layers.py, line 2"


@pytest.mark.parametrize("step", ["1e-5", "1e-7"])
def test_finite_differences_are_seen_in_the_answers_where_the_source_hides_them(toml, step):
    hidden = changed(
        (
            "def relu_backward(g, x):",
            f"def there(x, s):\n    return relu_forward(x + s * {step})[0]\n\n\ndef relu_backward(g, x):",
        ),
        ("g * (x > 0)", f"g * (there(x, 1) - there(x, -1)) / (2 * {step})"),
    )
    assert not in_source(hidden.decode(), "s.py")
    text = toml().read_text()
    path = toml(text=text.split("[[question]]")[0] + "[[question]]" + text.split("[[question]]")[2])
    result = grade(Submission("s", {"s.py": hidden}), load(path), SECRET, NoSandbox())
    assert result["points"] == 1
    assert [f["name"] for f in result["flags"]] == ["finite-differences"]


def test_an_answer_right_to_some_digits_is_flagged(toml):
    source = changed(('"W": g.T @ x', '"W": (g.T @ x) * (1 + 1e-9 * np.sin(1e6 * (g.T @ x)))'))
    result = grade(Submission("s", {"s.py": source}), load(toml()), SECRET, NoSandbox())
    assert [f["name"] for f in result["flags"]] == ["finite-differences"]
    assert "right to about 9 digits" in result["flags"][0]["text"] or "right to about 8" in result["flags"][0]["text"]


def test_files_that_are_only_imported_are_looked_at_too(toml):
    a = load(toml(('hints = "formula"', 'hints = "formula"\nfiles = ["s.py"]')))
    hidden = b"# coding: utf-7\n+AGkAbQBwAG8AcgB0ACAAagBhAHg-\n"  # import jax, as Python reads it
    files = {"s.py": RIGHT.encode(), "helper.py": b"import torch\n", "other.py": hidden, "broken.py": b"def f(:\n"}
    result = grade(Submission("s", files), a, SECRET, NoSandbox())
    assert [(f["name"], f["where"]) for f in result["flags"]] == [
        ("forbidden-import", "helper.py, line 1"),
        ("forbidden-import", "other.py, line 2"),
    ]

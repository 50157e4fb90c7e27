"""Every file in differences/ takes difference quotients for its backward and hides it; its docstring says how.

Each gradient that got a mark is flagged for a person, in float64 and in float32, where answers alone cannot tell; and
the same two layers, written as they should be, raise nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jacobians.grading.assignment_file import load
from jacobians.grading.grade import grade
from jacobians.grading.sandbox import Sandbox
from jacobians.grading.submission import Submission

FILES = sorted((Path(__file__).parent / "differences").glob("*.py"))
TOML = """
title = "Two layers"
convention = "plain"
dtype = "{}"
[[question]]
id = "linear"
layer = "linear"
names = {{forward = "linear_forward", backward = "linear_backward"}}
points = {{forward = 1, x = 1, W = 1, b = 1}}
[[question]]
id = "tanh"
layer = "tanh"
names = {{forward = "tanh_forward", backward = "tanh_backward"}}
points = {{forward = 1, x = 1}}
"""
HONEST = b"""
import numpy as np

def linear_forward(x, W, b):
    return x @ W.T + b, (x, W)

def linear_backward(g, saved):
    return {"x": g @ saved[1], "W": g.T @ saved[0], "b": g.sum(axis=0)}

def tanh_forward(x):
    y = np.tanh(x)
    return y, y

def tanh_backward(g, y):
    return {"x": g * (1 - y * y)}
"""
SIGNS = {"finite-differences", "complex-step"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


def result(text: bytes, dtype: str, folder: Path, sandbox: Sandbox) -> dict[str, Any]:
    path = folder / "a.toml"
    path.write_text(TOML.format(dtype), encoding="utf-8")
    return grade(Submission("s", {"s.py": text}), load(path), b"a secret of these tests", sandbox)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_it_gets_no_mark_unseen(path: Path, dtype: str, tmp_path: Path, sandbox: Sandbox) -> None:
    graded = result(path.read_bytes(), dtype, tmp_path, sandbox)
    for question in graded["questions"]:
        assert question["gradable"], question["problem"]
        assert question["parts"][0]["points"] == 1  # forward is right: only backward is hidden in
        flagged = {f["name"] for f in graded["flags"] if f["where"] == f"question {question['id']}"}
        assert sum(p["points"] for p in question["parts"][1:]) == 0 or flagged & SIGNS


def test_some_of_them_get_full_marks_and_are_seen(tmp_path: Path, sandbox: Sandbox) -> None:
    """Numbers alone do not tell all of them: it is their work that does."""
    step = next(p for p in FILES if p.stem == "complex_step")
    graded = result(step.read_bytes(), "float64", tmp_path, sandbox)
    assert graded["points"] == graded["max_points"]
    assert {f["name"] for f in graded["flags"]} == SIGNS


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_honest_code_is_not_flagged(dtype: str, tmp_path: Path, sandbox: Sandbox) -> None:
    graded = result(HONEST, dtype, tmp_path, sandbox)
    assert graded["points"] == graded["max_points"]
    assert not graded["flags"]

"""The solution's module: whole, for itself, under a name of its own, and without the answers to other questions."""

from __future__ import annotations

import json

import numpy as np
import pytest

from jacobians.grading.assignment import Assignment, Question
from jacobians.grading.code import given
from jacobians.grading.replacing import replaced
from jacobians.grading.sandbox import Sandbox
from jacobians.grading.submission import Source
from tests.grading.fakes import NoSandbox

PLAIN = {"points": {"forward": 1.0}, "title": "", "layer": "relu", "part": "relu"}


def plain(solution, *ids, **requires):
    """An assignment of functions `a`, `back_a`, …."""
    names = {i: {"forward": i, "backward": f"back_{i}"} for i in ids}
    questions = [Question(i, names=names[i], requires=requires.get(i, ()), **PLAIN) for i in ids]
    return Assignment("", "plain", tuple(questions), solution=solution)


def called(source, assignment, function, *args, sandbox=None):
    with (sandbox or NoSandbox()).open(source.text.encode(), source.name, given(assignment), source.others) as place:
        assert function in place.found()  # as if the student had defined it
        return place.call(function, *args)


@pytest.mark.parametrize("kind", [NoSandbox, Sandbox])
def test_a_function_brings_its_helpers_constants_and_imports(kind):
    solution = "from __future__ import annotations\nimport math\nEPS: X = 1\ndef help(v): return math.floor(v) + EPS\n"
    assignment = plain(solution + "def a(v): return help(v)\n", "a")
    source = Source("s.py", "EPS = 7\ndef help(v): return 0\ndef a(v): return help(v)\n", {})
    with kind() as sandbox:
        assert called(replaced(source, assignment, ["a"], 1), assignment, "a", 2.5, sandbox=sandbox) == 3


def test_the_name_differs_by_the_seed_and_does_not_tell_it():
    source, assignment = Source("s.py", "x = 1\n", {"other.py": b""}), plain("def a(): return 1\n", "a")
    names = {name for seed in (12345, 12346) for name in replaced(source, assignment, ["a"], seed).others}
    assert len(names) == 3
    assert not any("1234" in name for name in names)


def test_only_what_the_failed_questions_need_is_there():
    solution = "".join(f"def {i}(): return 1\ndef back_{i}(): return 1\n" for i in "abcd") + "e = 1\n"
    assignment = plain(solution, *"abcd", b=("a",), c=("b",))
    source = replaced(Source("s.py", "", {}), assignment, ["b"], 1)
    [module] = source.others.values()
    assert all(f"def {i}()" in module.decode() for i in "ab")
    assert not any(f"def {i}()" in module.decode() for i in "cd")
    assert "import b as b" in source.text
    assert "import a" not in source.text


def test_a_notebook_is_a_solution():
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": ["def a(): return 3\n", "print(null)"]}]})
    assignment = plain(notebook, "a")
    assert called(replaced(Source("s.py", "def a(): return 1", {}), assignment, ["a"], 1), assignment, "a") == 3


@pytest.mark.parametrize("student", ["def affineforward(x, W, b): pass\n", ""])
def test_it_takes_the_student_s_spelling_and_the_convention_s_own_names(student):
    question = Question("affine", "", "linear", "affine", {"x": 1.0})
    solution = "from __future__ import annotations\ndef affine_forward(x: X, W, b): return matmul(x, W) + b\n"
    convention = 'description = "mine"\ngiven = ["matmul"]\nloose_names = true\n[parts.affine]\nlayer = "linear"\n'
    convention += 'forward = "out = affine_forward(x, W, b)"\nbackward = "dx, dW, db = affine_backward(dout)"\n'
    assignment = Assignment("", convention, (question,), solution=solution)
    source = replaced(Source("s.py", student, {}), assignment, ["affine"], 1)
    for name in ["affine_forward", *(["affineforward"] if student else [])]:
        assert np.array_equal(called(source, assignment, name, np.eye(2), np.eye(2), 0), np.eye(2))

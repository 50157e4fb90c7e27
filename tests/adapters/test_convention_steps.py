"""The lines of a convention, carried out in a place."""

import numpy as np
import pytest

from jacobians.adapters.conventions.lines import called, parse
from jacobians.adapters.conventions.steps import Steps
from jacobians.adapters.place import Handle
from jacobians.errors import BadFile
from jacobians.verify.door import Broken

CODE = """
import numpy as np

def pair(x, by=1):
    return by * x, {"kept": x}

def both(cache):
    return {"dx": cache["kept"] + 1}

class Box:
    def __init__(self, n, init=None):
        self.n, self.inner = n, [1, 2]
        self.d = {}
        self.W = init(n) if init else None
    def times(self, x):
        return self.n * x
    def __add__(self, other):
        return Box(self.n + other.n)
    def __rmul__(self, k):
        return Box(k * self.n)
    @staticmethod
    def twice(x):
        return 2 * x, 3 * x
    def pairs(self):
        return [(1, 2), (3, 4)]
    def own(self):
        return self
"""


@pytest.fixture
def run(trial):
    place = trial.place(CODE)

    def carried_out(text: str, by_value: str = "y z", **known) -> dict:
        steps = Steps(place, dict(known), set(by_value.split()), {})
        steps.run(parse(text, "here"), "forward")
        return steps.known

    return carried_out


def test_a_function_and_what_it_keeps(run):
    known = run("y, cache = pair(x, by=k)\ngrads = both(cache)\nz = grads['dx']", x=np.array([1.0, 2.0]), k=3)
    assert known["y"].tolist() == [3.0, 6.0]
    assert isinstance(known["cache"], Handle)
    assert known["z"].tolist() == [2.0, 3.0]


def test_an_object_its_attributes_and_its_operators(run):
    known = run("self = Box(2)\nself.W = x\nself.d['k'] = x\ny = self.W\nz = self.d['k']", x=np.ones(2))
    assert known["y"] is known["z"]
    assert run("a = Box(2)\nb = Box(5)\nc = a + b\ny = c.n\nd = 3 * c\nz = d.n") ["z"] == 21  # fmt: skip
    assert run("self = Box(2)\ny = self.inner[1]\nz = self.own().times(4)")["z"] == 8


def test_static_methods_and_functions_handed_over(run):
    assert run("y, z = Box.twice(x)", x=2.0)["z"] == 6.0
    known = run("r = np.random.RandomState(0)\nself = Box(3, r.randn)\ny = self.W")
    assert known["y"].shape == (3,)


def test_sums_of_numbers_lists_and_dicts_stay_here(run):
    assert run("y = {'a': 1 - p, 'b': [k // 2, -k]}", p=0.25, k=5)["y"] == {"a": 0.75, "b": [2, -5]}
    assert run("y, *z = t", t=(1, 2, 3))["z"] == [2, 3]
    assert run("y, _, z = t", t=(1, 2, 3))["z"] == 3
    assert run("(_, y), (_, z) = self.pairs()", self=run("self = Box(2)")["self"])["z"] == 4  # (parameter, gradient)


def test_what_is_called(run):
    assert list(called(parse("self = Box(2)\ny = self.times(pair(x))", ""), {"self", "x"})) == ["Box", "pair"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("y, z = pair(x, 2, 3)", "pair raised TypeError"),
        ("y, z, w = pair(x)", "pair returned a tuple of 2: return y, z, w"),
        ("y, z = self.times(x)", "times returned an array of shape [2]: return y, z"),
        ("y = nothing(x)", "defines no 'nothing'"),
        ("y = Box.thrice(x)", "the class Box has no 'thrice'"),
        ("y = self.weight", "an object of class Box has no 'weight' (it has n, inner, d and W)"),
        ("y = self.d['a']", "a dict has no 'a' (it has none)"),
        ("y = x.nothing", "attributes or items of x, which is an array of shape [2]"),
    ],
)
def test_what_the_code_cannot_answer(text, said, run):
    with pytest.raises(Broken) as caught:
        run(f"self = Box(2)\n{text}", x=np.ones(2))
    assert said in caught.value.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("y = (", "is not Python"),
        ("import os", "`import os` is more than a call"),
        ("for k in x: pass", "is more than a call"),
        ("y = [k for k in x]", "is more than a call"),
        ("y = lambda: 1", "is more than a call"),
        ("y = x if x else 1", "is more than a call"),
        ("del x", "is more than a call"),
    ],
)
def test_more_of_python_than_lines_may_use(text, said):
    with pytest.raises(BadFile) as caught:
        parse(text, "convention mine, part it: forward")
    assert said in str(caught.value)
    assert "convention mine, part it" in str(caught.value)

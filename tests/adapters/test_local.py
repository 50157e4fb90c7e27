"""The place of this process: what a file defines, and every call, attribute and error of its code."""

import numpy as np
import pytest

from jacobians.adapters.local import Local
from jacobians.adapters.place import Found, Handle, Place
from jacobians.errors import BadFile
from jacobians.verify.door import Broken

CODE = """
import numpy as np
from math import sqrt

def pair(x, w):
    return x, [x, w], object()

def anything(*args, **kwargs):
    return kwargs

class Layer:
    def __init__(self, n, m=2):
        self.n, self.table = n, {"W": np.zeros(n)}
    def forward(self, x):
        self.x = x
        return W @ x
    def spoil(self, x):
        x[0] = 7.0
    def leave(self):
        raise SystemExit(3)
    @staticmethod
    def still(a):
        return a
"""


@pytest.fixture
def place(trial) -> Place:
    return trial.place(CODE)


def test_what_the_file_defines(place):
    found = place.found()
    assert sorted(found) == ["Layer", "anything", "pair"]
    assert found["pair"] == Found("function", ("x", "w"))
    assert found["anything"].parameters is None
    assert found["Layer"].parameters == ("n", "m")
    assert found["Layer"].methods == {"forward": ("x",), "spoil": ("x",), "leave": (), "still": ("a",)}


def test_values_cross_and_objects_stay(place):
    x = np.ones(2)
    first, both, thing = place.call("pair", x, 3.0)
    assert first is x
    assert both == [x, 3.0]
    assert thing == Handle(thing.number, "a object")
    assert isinstance(place.call("pair", x, 3.0, keep=True), Handle)
    kept = place.call("pair", x, 3.0, keep=(1,))
    assert isinstance(kept[1], Handle)
    assert place.get(kept[1], "[1]") == 3.0
    assert place.call("anything", a=kept[1])["a"][1] == 3.0


def test_attributes_and_items(place):
    layer = place.call("Layer", 3)
    place.set(layer, "n", 5)
    assert place.get(layer, "n") == 5
    table = place.get(layer, "table", keep=True)
    place.set(table, "['W']", np.ones(2))
    assert place.get(table, "['W']").tolist() == [1.0, 1.0]
    place.drop(layer, table)
    with pytest.raises(KeyError):
        place.get(layer, "n")


def test_what_a_call_writes_into_an_array_shows(place):
    x = np.zeros(2)
    place.call(place.call("Layer", 3), x, method="spoil")
    assert x[0] == 7.0


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("forward", "forward raised NameError: name 'W' is not defined, at line 16, `return W @ x`: forward reads W"),
        ("leave", "leave raised SystemExit: 3, at line 20"),
        ("foward", "an object of class Layer has no 'foward'"),
        ("n", "n is no function: it is a int"),
    ],
)
def test_errors_are_sentences(method, said, place):
    with pytest.raises(Broken) as caught:
        place.call(place.call("Layer", 3), *([np.ones(2)] if method == "forward" else []), method=method)
    assert said in caught.value.text


def test_a_file_that_cannot_be_loaded(tmp_path):
    path = tmp_path / "bad.py"
    path.write_text("def f(:")
    with pytest.raises(BadFile, match="is not valid Python: line 1"):
        Local(path)
    with pytest.raises(BadFile, match="there is no file"):
        Local(tmp_path / "none.py")

"""The sandbox as a Place: calls, objects, arrays that are written to, words."""

import gc
from typing import Any

import numpy as np
import pytest

from jacobians.adapters.place import Found, Handle
from jacobians.errors import BadFile
from jacobians.grading.sandbox import Sandbox
from jacobians.verify.door import Broken

SOURCE = b"""
import functools
import numpy as np
from collections import namedtuple

CALLS = []


class Base:
    def reset(self):
        self.dW = None


class Linear(Base):
    def __init__(self, W, b):
        self.W, self.b, self.grads = W, b, {}

    def forward(self, x):
        CALLS.append("forward")
        self.x = x
        return x @ self.W.T + self.b

    def backward(self, g):
        self.dW = g.T @ self.x
        self.grads["W1"] = self.dW
        return g @ self.W

    @staticmethod
    def double(v):
        return 2 * v

    def __call__(self, x):
        return self.forward(x)


def forward(x, W):
    return x @ W.T, (x, W)


def backward(g, saved):
    x, W = saved
    return {"x": g @ W, "W": g.T @ x}


def spoil(x, saved=None):
    x *= 2
    if saved is not None:
        saved[0][...] = 7
    return x


def any_of(**values):
    return sorted(values)


def strides(x):
    return x.strides, x.flags.writeable, float(x.sum())


def undefined_name(x):
    return x + W


class Watched:
    there = 0

    def __init__(self):
        Watched.there += 1

    def __del__(self):
        Watched.there -= 1


def alive():
    return Watched.there


def twice(x, y):
    return x is y


buffer = np.zeros(3)


def lend():
    return buffer


def overwrite():
    buffer[...] = 5


def out_of_order(n):
    return [n, n / 2, (np.float32(n), True), {"half": "\\u00bd", 3: None}, range(n), np.array([1j])]
"""


@pytest.fixture
def worker(sandbox: Sandbox):
    with sandbox.open(SOURCE, "alice.py") as made:
        yield made


def test_what_is_defined_is_found_and_what_is_imported_is_not(worker: Any) -> None:
    found = worker.found()
    assert found["forward"] == Found("function", ("x", "W"))
    assert found["any_of"] == Found("function", None)
    assert found["Linear"].parameters == ("W", "b")
    assert found["Linear"].methods == {
        "reset": (), "forward": ("x",), "backward": ("g",), "double": ("v",), "__call__": ("x",)
    }  # fmt: skip
    assert not {"np", "namedtuple", "functools", "CALLS"} & set(found)


def test_functions_with_their_cache_kept(worker: Any, rng: np.random.Generator) -> None:
    x, W, g = rng.standard_normal((5, 4)), rng.standard_normal((3, 4)), rng.standard_normal((5, 3))
    y, saved = worker.call("forward", x, W=W, keep=(1,))
    np.testing.assert_array_equal(y, x @ W.T)
    assert isinstance(saved, Handle)
    assert saved.kind == "a tuple"
    gradients = worker.call("backward", g, saved)
    assert list(gradients) == ["x", "W"]
    np.testing.assert_array_equal(gradients["W"], g.T @ x)
    whole = worker.call("forward", x, W)
    np.testing.assert_array_equal(whole[1][0], x)


def test_an_object_with_attributes_and_items(worker: Any, rng: np.random.Generator) -> None:
    x, W, b = rng.standard_normal((5, 4)), rng.standard_normal((3, 4)), rng.standard_normal(3)
    g = rng.standard_normal((5, 3))
    linear = worker.call("Linear", W, b, keep=True)
    assert linear.kind == "an object of class Linear"
    np.testing.assert_array_equal(worker.call(linear, x, method="forward"), x @ W.T + b)
    np.testing.assert_array_equal(worker.call(linear, x), x @ W.T + b)
    worker.call(linear, g, method="backward")
    np.testing.assert_array_equal(worker.get(linear, "dW"), g.T @ x)
    grads = worker.get(linear, "grads", keep=True)
    np.testing.assert_array_equal(worker.get(grads, "['W1']"), g.T @ x)
    worker.set(grads, "['W1']", np.float32(2.5))
    assert worker.get(linear, "grads") == {"W1": 2.5}
    worker.set(linear, "b", 2 * b)
    np.testing.assert_array_equal(worker.call(linear, x, method="forward"), x @ W.T + 2 * b)
    np.testing.assert_array_equal(worker.call("Linear.double", x), 2 * x)
    worker.drop(linear)
    with pytest.raises(Broken, match="gone"):
        worker.get(linear, "dW")


def test_there_is_an_end_to_objects_that_are_kept(worker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jacobians.grading.sandbox.mirror.HANDLES", 10)
    for _ in range(10):
        worker.call("any_of", keep=True)
    with pytest.raises(Broken, match="more than 10 objects"):
        worker.call("any_of", keep=True)
    assert worker.call("any_of") == []  # a fresh process, and none kept
    worker.call("any_of", keep=True)


def test_dropped_objects_are_let_go(worker: Any) -> None:
    kept = [worker.call("Watched", keep=True) for _ in range(5)]
    assert worker.call("alive") == 5
    worker.drop(*kept[:3])
    assert worker.call("alive") == 2


def test_a_write_shows_here_as_if_the_code_were_here(worker: Any, rng: np.random.Generator) -> None:
    x, W = rng.standard_normal((2, 3)), rng.standard_normal((4, 3))
    before, W_before = x.copy(), W.copy()
    _, saved = worker.call("forward", x, W, keep=(1,))
    np.testing.assert_array_equal(x, before)
    other = np.arange(6.0).reshape(2, 3)
    worker.call("spoil", other, saved)
    np.testing.assert_array_equal(other, 2 * np.arange(6.0).reshape(2, 3))
    np.testing.assert_array_equal(x, np.full((2, 3), 7.0))  # given to forward, written to by a later call
    np.testing.assert_array_equal(W, W_before)


def test_an_array_that_came_back_is_written_to_later(worker: Any) -> None:
    lent = worker.call("lend")
    np.testing.assert_array_equal(lent, np.zeros(3))
    worker.call("overwrite")
    np.testing.assert_array_equal(lent, np.full(3, 5.0))
    assert worker.call("lend") is lent


def test_the_same_array_twice_is_one_there(worker: Any) -> None:
    x = np.ones((2, 3))
    assert worker.call("twice", x, x) is True
    assert worker.call("twice", x, x.copy()) is False


def test_arrays_that_nobody_has_any_more_are_forgotten_at_both_ends(worker: Any) -> None:
    for _ in range(20):
        worker.call("spoil", np.ones(5))
    gc.collect()
    worker.call("any_of")
    assert len(worker._mirror.arrays) == 1  # the source, kept for a fresh process


@pytest.mark.parametrize(
    "lay",
    [np.asfortranarray, lambda v: np.repeat(v, 2, -1)[..., ::2], lambda v: v[::-1, ::-1], lambda v: v.T,
     lambda v: np.broadcast_to(v[:1], (4, *v.shape[1:])), lambda v: v[:0], lambda v: v[1, 1:2]],
    ids=["fortran", "every other", "backwards", "transposed", "stride 0", "empty", "one"],
)  # fmt: skip
def test_the_layout_in_memory_crosses(worker: Any, lay: Any, rng: np.random.Generator) -> None:
    x = lay(rng.standard_normal((3, 4)))
    strides, writeable, total = worker.call("strides", x)
    assert (strides if x.size else x.strides, writeable) == (x.strides, x.flags.writeable)
    np.testing.assert_allclose(total, x.sum(), rtol=1e-12)


def test_read_only_is_read_only_there(worker: Any) -> None:
    x = np.ones((2, 3))
    x.flags.writeable = False
    with pytest.raises(Broken, match="spoil raised ValueError: .*read-only"):
        worker.call("spoil", x)
    np.testing.assert_array_equal(x, np.ones((2, 3)))


def test_values_of_every_kind(worker: Any) -> None:
    got = worker.call("out_of_order", 3)
    assert got[:2] == [3, 1.5]
    assert type(got[2][0]) is np.float32
    assert got[2][1] is True
    assert got[3] == {"half": "½", 3: None}
    assert [h.kind for h in got[4:]] == ["a range", "an ndarray of complex128"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ((("forwards",), {}), "alice.py defines no 'forwards': define or import it. Did you mean 'forward'?"),
        ((("Linear.forwrd",), {}), "the class Linear has no 'forwrd' (it has forward, backward and double). Did you"),
        ((("CALLS",), {}), "CALLS is no function: it is a list"),
        ((("forward", 1), {}), "forward raised TypeError: forward() missing 1 required positional argument: 'W'"),
        ((("Linear",), {}), "__init__ raised TypeError"),
        ((("undefined_name", 1), {}), "name 'W' is not defined, at line 61, `return x + W`: undefined_name reads W"),
        ((("forward", np.ones((2, 3)), np.ones((2, 4))), {}), "at line 37, `return x @ W.T, (x, W)`"),
    ],
    ids=lambda v: str(v)[:30],
)
def test_what_goes_wrong_is_one_sentence(worker: Any, call: Any, words: str) -> None:
    args, keywords = call
    with pytest.raises(Broken) as broken:
        worker.call(*args, **keywords)
    assert words in broken.value.text
    assert broken.value.claim == "exception"
    assert "\n" not in broken.value.text


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (b"def f(:\n", "bob.py is not valid Python: line 1, `def f(:`"),
        (b"\xff\xfe\x00", "bob.py is not valid Python"),
        (b"x = 1\ny = x / 0\n", "bob.py could not be loaded: it raised ZeroDivisionError: division by zero, at line 2"),
        (b"import scipy", "No module named 'scipy': here there are Python's standard library and numpy only"),
        (b"(" * 100_000, "bob.py "),
        (b"x = " + b"-" * 1_000_000 + b"1", "bob.py "),
        (b"\0", "bob.py is not valid Python"),
    ],
    ids=lambda v: str(v)[:20],
)
def test_a_file_that_cannot_be_used_says_why(sandbox: Sandbox, source: bytes, words: str) -> None:
    with pytest.raises(BadFile) as error:
        sandbox.open(source, "bob.py")
    assert words in str(error.value)


def test_given_names_need_no_import(sandbox: Sandbox, rng: np.random.Generator) -> None:
    W = rng.standard_normal((2, 3))
    with sandbox.open(
        b"def f(x):\n    return matmul(W, x), rate", "f.py", {"matmul": np.matmul, "W": W, "rate": 0.1}
    ) as w:
        y, rate = w.call("f", np.eye(3))
        np.testing.assert_array_equal(y, W)
        assert rate == 0.1


def test_files_that_came_with_it_are_imported(sandbox: Sandbox) -> None:
    others = {
        "mytorch/__init__.py": b"",
        "mytorch/nn/linear.py": b"from .base import one\n\ndef two():\n    return one() + 1\n",
        "mytorch/nn/base.py": b"def one():\n    return 1\n\ndef fail():\n    raise ValueError('here')\n",
        "numpy.py": b"raise SystemExit('shadowed')",
        "math.py": b"raise SystemExit('shadowed')",
        "sitecustomize.py": b"raise SystemExit('shadowed')",
        "test.py": b"mine = 'as at home, before the standard library'",
    }
    main = b"""
import numpy, math, test
from mytorch.nn.linear import two
from mytorch.nn import base

def f():
    return two() + math.sqrt(numpy.pi * 0)

def g():
    base.fail()

def h():
    return test.mine
"""
    with sandbox.open(main, "main.py", others=others) as w:
        assert w.call("f") == 2
        with pytest.raises(Broken, match="g raised ValueError: here, at line 10, `base.fail"):
            w.call("g")
        assert w.call("h") == "as at home, before the standard library"
        assert set(w.found()) == {"f", "g", "h"}

"""The two places side by side: the same code says the same here and in the sandbox, in the same words."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jacobians.adapters.local import Local
from jacobians.adapters.place import Handle, Place
from jacobians.grading.sandbox import Sandbox
from jacobians.verify.door import Broken

SOURCE = """
import numpy as np


class Linear:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W.T + self.b

    def backward(self, g, scale=1.0):
        g *= scale
        self.dW = g.T @ self.x
        return g @ self.W

    def wrong(self, x):
        return x @ W


def pair(x):
    return [x, (2 * x, {"three": 3 * x})], object()


def fail(x):
    raise ValueError("not  this\\nway")


def leave():
    raise SystemExit(3)


def lookup(d):
    return d["missing"]
"""


def told(place: Place, do: Any) -> Any:
    """What comes of it: plain values, and the words of what went wrong."""

    def plain(v: Any) -> Any:
        if isinstance(v, np.ndarray | np.generic):
            return ("array", v.dtype.str, v.shape, v.tobytes())
        if isinstance(v, Handle):
            return ("handle", v.kind)
        if isinstance(v, list | tuple):
            return type(v)(plain(item) for item in v)
        return {k: plain(item) for k, item in v.items()} if isinstance(v, dict) else v

    try:
        return plain(do(place))
    except Broken as broken:
        return broken.claim, broken.text.replace(place.label, "FILE")


X, G, W, B = np.arange(6.0).reshape(2, 3), np.ones((2, 4)) / 3, np.arange(12.0).reshape(4, 3) / 7, np.ones(4)


def linear(place: Place) -> Handle:
    return place.call("Linear", W.copy(), B.copy(), keep=True)


def trained(place: Place) -> tuple[Place, Handle]:
    made = linear(place)
    place.call(made, X.copy(), method="forward")
    return place, made


def in_place(place: Place) -> Any:
    _, made = trained(place)
    g = G.copy()
    gradient = place.call(made, g, method="backward", scale=2.0)
    return gradient, place.get(made, "dW"), g


CASES: dict[str, Any] = {
    "found": lambda p: {n: (f.kind, f.parameters, f.methods) for n, f in p.found().items()},
    "object": lambda p: linear(p),
    "forward": lambda p: p.call(linear(p), X, method="forward"),
    "in place": in_place,
    "nested": lambda p: p.call("pair", X),
    "kept item": lambda p: p.call("pair", X, keep=(0,)),
    "kept": lambda p: p.call("pair", X, keep=True),
    "item": lambda p: p.get(p.get(p.call("pair", X, keep=(0,))[0], "[1]", keep=True), "[0]"),
    "no name": lambda p: p.call("Linar", X),
    "no method": lambda p: p.call(linear(p), X, method="forwards"),
    "no static": lambda p: p.call("Linear.bakward", X),
    "no attribute": lambda p: p.get(linear(p), "dW"),
    "no function": lambda p: p.call("Linear", W, B, keep=True) and p.call("np", X),
    "no arguments": lambda p: p.call("Linear"),
    "too many": lambda p: p.call("fail", 1, 2),
    "raises": lambda p: p.call("fail", 1),
    "leaves": lambda p: p.call("leave"),
    "undefined": lambda p: p.call(linear(p), X, method="wrong"),
    "missing key": lambda p: p.call("lookup", {"there": 1}),
    "shapes": lambda p: p.call(linear(p), G, method="forward"),
}


@pytest.mark.parametrize("case", CASES)
def test_here_and_there_are_the_same(case: str, sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(SOURCE)
    with sandbox.open(SOURCE.encode(), "mine.py") as there:
        assert told(there, CASES[case]) == told(Local(file), CASES[case])

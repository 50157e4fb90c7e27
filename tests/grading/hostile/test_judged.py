"""Answers that fool a careless comparison, through the sandbox and the judge: each is refused, and right code passes.

The judge sees raw bytes with a type and a shape; what an answer does when it is compared stays with the worker.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from jacobians import check
from jacobians.adapters.place import Place
from jacobians.grading.sandbox import Sandbox
from jacobians.layers import Linear

RIGHT = """
import numpy as np

def forward(x, W, b):
    return x @ W.T + b, (x, W)

def backward(g, saved):
    x, W = saved
    return {"x": g @ W, "W": g.T @ x, "b": g.sum(axis=0)}
"""

CHEATS = {
    "zeros": "b = lambda v: np.zeros_like(v)",
    "tiny": "b = lambda v: v * 1e-12",
    "NaN": "b = lambda v: np.full_like(v, np.nan)",
    "infinite": "b = lambda v: np.full_like(v, np.inf)",
    "complex": "b = lambda v: v + 0j",
    "objects": "b = lambda v: v.astype(object)",
    "masked": "b = lambda v: np.ma.masked_all_like(v)",
    "wider": "b = lambda v: v[:, None]",
    "one number": "b = lambda v: np.float64(v.sum())",
    "empty": "b = lambda v: v[:0]",
    "text": "b = lambda v: 'right'",
    "nothing": "b = lambda v: None",
    "a list": "b = lambda v: [['right']]",
    "equal to everything": """
class Equal(np.ndarray):
    __eq__ = __ne__ = __sub__ = __array_ufunc__ = lambda self, *_, **__: np.zeros(self.shape)

b = lambda v: np.zeros_like(v).view(Equal)""",
    "converted when looked at": """
class Trap:
    def __array__(self, *_, **__):
        raise SystemExit("sprung")

b = lambda v: Trap()""",
    "answers by heart": """
import numpy as np
np.allclose = np.array_equal = np.testing.assert_allclose = lambda *_, **__: True
b = lambda v: np.array([0.3, -0.1])[: v.shape[0]]""",
    "whatever g": "b = lambda v: np.ones_like(v)",
}


class Through:
    """Forward and backward of a place."""

    def __init__(self, place: Place):
        self.place = place

    def forward(self, x: Any, W: Any, b: Any) -> Any:
        return self.place.call("forward", x, W, b, keep=(1,))

    def backward(self, g: Any, saved: Any) -> Any:
        return self.place.call("backward", g, saved)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


def verdict(sandbox: Sandbox, source: str) -> Any:
    with sandbox.open(source.encode(), "mine.py") as worker:
        return check(Through(worker), Linear, ("float64",), until_failure=True, lengths=())


def test_right_code_passes(sandbox: Sandbox) -> None:
    report = verdict(sandbox, RIGHT)
    assert report.verdict == "PASS", report


@pytest.mark.parametrize("cheat", CHEATS)
def test_a_cheat_fails(sandbox: Sandbox, cheat: str) -> None:
    source = RIGHT.replace("g.sum(axis=0)", "b(g.sum(axis=0))") + "\n" + CHEATS[cheat]
    report = verdict(sandbox, source)
    assert report.verdict == "FAIL", report


@pytest.mark.parametrize("where", ["x @ W.T + b", "g @ W", "g.T @ x"])
def test_a_write_into_what_was_given_is_seen_through_the_wall(sandbox: Sandbox, where: str) -> None:
    given = {"x @ W.T + b": "x", "g @ W": "g", "g.T @ x": "x"}[where]
    source = RIGHT + f"\ndef spoil({given}, v):\n    {given}[...] = 0\n    return v\n"
    report = verdict(sandbox, source.replace(where, f"spoil({given}, {where})", 1))
    assert report.verdict == "FAIL"
    assert any("wrote into" in r.text for r in report.results if r.verdict == "FAIL"), report


def test_numbers_stay_the_same_to_the_bit_on_both_sides(sandbox: Sandbox, rng: np.random.Generator) -> None:
    import types

    here = types.ModuleType("here")
    exec(RIGHT, vars(here))
    values = {"x": rng.standard_normal((4, 5)), "W": rng.standard_normal((3, 5)), "b": rng.standard_normal(3)}
    with sandbox.open(RIGHT.encode(), "mine.py") as worker:
        there = Through(worker)
        y, saved = there.forward(**values)
        y_here, saved_here = here.forward(**values)
        assert y.tobytes() == y_here.tobytes()
        g = rng.standard_normal(y.shape)
        for a, gradient in here.backward(g, saved_here).items():
            assert there.backward(g, saved)[a].tobytes() == gradient.tobytes()

"""benchmarks.values: what a formula takes by itself is told from what builders take, and nothing stays changed."""

import time

import numpy as np
import pytest

from benchmarks.values import Stopwatch, formula_share
from jacobians import matrix
from jacobians.layer import Layer
from jacobians.layers import find
from jacobians.layers import linear as linear_module
from jacobians.layers.linear import Linear
from jacobians.patterns import Pattern
from jacobians.point import Point


def test_the_outer_call_alone_counts(monkeypatch):
    ticks = iter([0.0, 8.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(ticks))
    watch = Stopwatch()
    inner = watch.timed(lambda: watch.running)
    assert watch.timed(inner)()
    assert (watch.seconds, watch.running) == (8.0, False)


@pytest.fixture
def point(rng):
    return Point(Linear(), {"x": rng.standard_normal(3), "W": rng.standard_normal((2, 3)), "b": np.zeros(2)})


@pytest.mark.parametrize(("slow", "low", "high"), [("formula", 0.9, 1.0), ("builder", 0.0, 0.1)])
def test_a_slow_formula_is_told_from_a_slow_builder(point, monkeypatch, slow, low, high):
    L_W, kron = Linear.L_W, matrix.kron

    def slowly(function):
        return lambda *args, **values: (time.sleep(0.01), function(*args, **values))[1]

    if slow == "formula":
        monkeypatch.setattr(Linear, "L_W", slowly(L_W))
    else:
        monkeypatch.setattr(matrix, "kron", slowly(kron))
        monkeypatch.setattr(linear_module, "kron", matrix.kron)
    assert low <= formula_share(lambda: point.L("W"), seconds=0.03) <= high


def test_nothing_stays_changed(point):
    before = Layer.L, Pattern.fill, matrix.diag, linear_module.kron, find("exp").L_x
    with pytest.raises(ZeroDivisionError):
        formula_share(lambda: 1 / 0)
    formula_share(lambda: point.L("W"), seconds=0.001)
    assert before == (Layer.L, Pattern.fill, matrix.diag, linear_module.kron, find("exp").L_x)

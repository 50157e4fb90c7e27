"""A verdict at one point: right code passes, and an error in a single entry of L shows from where it is said to."""

import functools
import importlib
from types import SimpleNamespace

import numpy as np
import pytest

from jacobians.batch import Batch, batch_of
from jacobians.layers import find
from jacobians.point import Point, differentiable
from jacobians.verify.at_point import check_point
from jacobians.verify.results import Verdict
from jacobians.verify.together import drawn, least_seen

from .trials import from_jacobians, twin


def typical(layer, n=9, batch=4):
    cls = find(layer)
    points = [next(iter(cls.points(np.random.default_rng(k), n))) for k in range(batch)]
    return points[0] if cls.interacts else batch_of(points)


@pytest.mark.parametrize("singly", [False, True])
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@pytest.mark.parametrize("layer", ["linear", "conv2d", "attention", "softmax", "layer_norm", "cross_entropy", "relu"])
def test_right_code_passes(layer, dtype, singly):
    point = typical(layer, 5)
    report = check_point(twin(layer), point, dtype, singly=singly)
    assert report is not None
    undecided = {Verdict.INCONCLUSIVE} if dtype == "float16" else set()  # its bounds may be too wide for one g
    assert report.verdict in {Verdict.PASS} | undecided, [r.text for r in report.results]
    for result in report.results:
        if result.claim == "gradient":
            L = point.L(result.argument)
            assert (result.entries if singly else result.together) > 0
            assert result.together in (0, np.count_nonzero(L if isinstance(L, np.ndarray) else L.data))


def moved(point, a, at, delta):
    """Code that computes y and every gradient from L, one entry of which is off by the factor 1 + delta."""

    def wrong(given, argument, g):
        L = given.L(argument, "dense").copy()
        if argument == a:
            L[at] *= 1 + delta
        return g @ L

    return from_jacobians("linear", wrong)


@pytest.mark.parametrize("a", ["x", "W", "b"])
def test_what_is_stated_is_what_shows(a, rng):
    """An error of an entry of L by more than stated is refused; at the worst entry, one far below it passes."""
    point = typical("linear", 6, 3)
    report = check_point(moved(point, a, (0, 0), 0.0), point)
    [stated] = [r.detectable for r in report.results if r.argument == a]
    L = point.L(a, "dense")
    g, places = drawn(point.forward().shape, 0).ravel(), np.argwhere(L)
    for at in rng.permutation(places)[:8]:
        assert check_point(moved(point, a, tuple(at), 1.01 * stated), point).verdict is Verdict.FAIL, at
    weakest = places[np.abs(g[places[:, 0]] * L[tuple(places.T)]).argmin()]
    assert check_point(moved(point, a, tuple(weakest), 1e-4 * stated), point).verdict is Verdict.PASS


def test_least_seen_is_the_formula(rng):
    L, g, t = rng.standard_normal((4, 6)), rng.standard_normal(4), rng.random(6)
    L[1, 2] = 0.0
    count, least = least_seen(L, g, t)
    assert count == 23
    with np.errstate(divide="ignore"):
        every = 2 * t / np.abs(g[:, None] * L)
    assert least == every[np.isfinite(every)].max()


@pytest.mark.parametrize("mistake", ["negated", "mean-for-sum", "transposed"])
def test_mistakes_are_named(mistake):
    own = importlib.import_module("reference.linear")
    wrong = {
        "negated": lambda d: d | {"x": -d["x"]},
        "mean-for-sum": lambda d: d | {"b": d["b"] / 4},
        "transposed": lambda d: d | {"W": d["W"].T.copy()},
    }[mistake]
    code = SimpleNamespace(forward=own.forward, backward=lambda g, saved: wrong(own.backward(g, saved)))
    values = {"x": (4, 7), "W": (7, 7), "b": (7,)}
    rng = np.random.default_rng(1)
    point = Point(Batch(find("linear")()), {a: rng.standard_normal(shape) for a, shape in values.items()})
    [failed] = check_point(code, point).failures
    assert failed.diagnosis.name == mistake


def test_what_cannot_be_asked_and_what_is_broken():
    point = typical("linear")

    @functools.wraps(importlib.import_module("reference.linear").backward)
    def writes(g, saved):
        g *= 2
        return importlib.import_module("reference.linear").backward(g / 2, saved)

    code = SimpleNamespace(forward=importlib.import_module("reference.linear").forward, backward=writes)
    assert {(r.claim, r.argument) for r in check_point(code, point).failures} == {("unchanged", "g")}
    nothing = SimpleNamespace(forward=lambda **values: 1.0, backward=lambda g, saved: {})
    assert [r.claim for r in check_point(nothing, point).failures] == ["forward"]
    huge = Point(point.map, point.values | {"x": point.values["x"] * 1e300})
    assert check_point(twin("linear"), huge, "float32") is None
    assert set(differentiable(point.map)) == {"x", "W", "b"}


@pytest.mark.parametrize("scale", [0.0, 2.0])
def test_a_wrong_answer_that_only_the_looser_bound_lets_in_is_no_pass(scale):
    """Where y(1 − y) has no digit left, neither 0 nor twice the gradient can be told from it, and that is said."""
    point = Point(Batch(find("sigmoid")()), {"x": np.full((2, 3), 20.0)})
    wrong = twin("sigmoid", backward=lambda own, g, saved: {"x": np.float32(scale) * own(g, saved)["x"]})
    report = check_point(wrong, point, "float32")
    [found] = [r for r in report.results if r.argument == "x"]
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.detectable > 1


def test_numbers_beyond_the_formats_reach_are_not_held_against_the_code():
    far = Point(Batch(find("linear")()), {"x": np.array([[1e4]]), "W": np.array([[100.0]]), "b": np.zeros(1)})
    assert check_point(twin("linear"), far, "float16") is None
    assert check_point(twin("linear"), far, "float16", singly=True) is None
    assert check_point(twin("linear"), far, "float32").verdict is Verdict.PASS
    steep = Point(Batch(find("linear")()), {"x": np.full((64, 1), 2e3), "W": np.ones((1, 1)), "b": np.zeros(1)})
    assert check_point(twin("linear"), steep, "float16").verdict is Verdict.PASS, "g · L^W is some 64 · 2 · 2000"


def test_how_many_rows_are_exposed_singly_is_said(monkeypatch):
    point = typical("linear", 5, 2)
    assert not check_point(twin("linear"), point, singly=True).notes
    monkeypatch.setattr("jacobians.verify.probes.MOST_GROUPS", 3)
    [said] = check_point(twin("linear"), point, singly=True).notes
    assert "rows of L are exposed singly, no more" in said

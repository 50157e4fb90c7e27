"""Another function with a gradient that is right for it is one mistake, not two, and is told as such."""

import numpy as np
import pytest

from jacobians.layers import find
from jacobians.verify.consistency import consistent, own_gradients
from jacobians.verify.examine import Trial
from jacobians.verify.formats import FORMATS
from jacobians.verify.results import Verdict
from jacobians.verify.trial import trial_points

from .trials import at_points, row, tried, twin


def in_base_2(right, x):
    y, saved = right(x)
    return y / y.dtype.type(np.log(2)), saved


def base_2(right, g, saved):
    return {"x": right(g, saved)["x"] / g.dtype.type(np.log(2))}


OTHERS = {
    "a logarithm in another base": ("softplus", twin("softplus", forward=in_base_2, backward=base_2), {"x"}),
    "a loss that is halved": (
        "squared_error",
        twin("squared_error", forward=lambda right, **v: ((out := right(**v))[0] / 2, out[1]),
             backward=lambda right, g, s: {a: v / 2 for a, v in right(g, s).items()}),
        {"yhat", "y"},
    ),
    "a bias left out": (
        "linear",
        twin("linear", forward=lambda right, x, W, b: (x @ W.T, (x, W)),
             backward=lambda right, g, s: right(g, s) | {"b": np.zeros(g.shape[1], g.dtype)}),
        set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_another_function_with_its_own_right_gradient(name):
    layer, fast, own = OTHERS[name]
    report = tried(fast, layer)
    assert row(report, "y", "forward").verdict is Verdict.FAIL
    told = {r.argument for r in report.results if r.diagnosis and r.diagnosis.name == "other-function"}
    assert told == own
    for a in own:
        assert row(report, a).verdict is Verdict.FAIL
        assert "backward is right for the function that forward computes" in row(report, a).text
        assert "that function is another" in row(report, a).text


def test_forward_wrong_and_backward_right_for_the_layer():
    report = tried(twin("softplus", forward=in_base_2, backward=lambda right, g, s: right(g, s)), "softplus")
    assert row(report, "y", "forward").verdict is Verdict.FAIL
    assert not [r for r in report.results if r.diagnosis and r.diagnosis.name == "other-function"]


def test_forward_wrong_and_backward_wrong_in_another_way():
    both = twin("softplus", forward=in_base_2, backward=lambda right, g, s: {"x": 3 * right(g, s)["x"]})
    report = tried(both, "softplus")
    assert row(report, "x").verdict is Verdict.FAIL
    assert row(report, "x").diagnosis.name != "other-function"


def test_forward_right_and_backward_wrong_is_backwards_mistake():
    report = tried(twin("softplus", backward=lambda right, g, s: {"x": 3 * right(g, s)["x"]}), "softplus")
    assert row(report, "x").diagnosis.name == "factor:3"


def trial(fast, layer: str) -> Trial:
    cls = at_points(layer)
    point = list(trial_points(cls, 0, {}))[-1]
    return Trial(fast, cls, point, FORMATS["float64"], {}, 0)


@pytest.mark.parametrize("layer", ["linear", "softplus", "tanh", "softmax", "center", "squared_error"])
def test_the_layers_own_function_is_no_other(layer):
    assert consistent(trial(twin(layer), layer)) == set()


def test_a_forward_that_only_loses_digits_is_no_other_function():
    """A sigmoid by tanh is 0 where the sigmoid is 4e−18: a poor algorithm, and the same function."""

    def by_tanh(right, x):
        y = (1 + np.tanh(x / 2)) / 2
        return y, y

    report = tried(twin("sigmoid", forward=by_tanh), "sigmoid", "typical", "saturated")
    assert row(report, "y", "forward").verdict is Verdict.FAIL
    assert row(report, "x").diagnosis is None


def test_nothing_is_said_of_code_that_cannot_be_run():
    def fails(right, *args, **kwargs):
        raise ValueError("no")

    assert consistent(trial(twin("tanh", forward=fails), "tanh")) == set()
    assert consistent(trial(twin("tanh", backward=fails), "tanh")) == set()
    assert consistent(trial(twin("tanh", backward=lambda right, g, s: {"x": 0 * g}), "tanh")) == set()


def multiplied(layer, by, backward_by):
    def backward(right, g, saved):
        return {a: backward_by * v for a, v in right(g, saved).items()}

    return twin(layer, forward=lambda right, **v: ((out := right(**v))[0] * by, out[1]), backward=backward)


@pytest.mark.parametrize("layer", ["log", "layer_norm", "linear", "l2_normalize", "max_pool2d"])
def test_along_random_directions_it_is_told_at_every_point_of_a_layer(layer, rng):
    """Where not even the layer's own formula gives its gradient (numbers of many scales), nothing is told."""
    cls, own, others = find(layer), set(), set()
    for point in trial_points(cls, 0, {}):
        right, wrong = (
            own_gradients(Trial(multiplied(layer, 2, by), cls, point, FORMATS["float64"], point.map.settings, 0), 2)
            for by in (2, 3)
        )
        gradients = point.backward(rng.standard_normal(np.shape(point.forward())))
        assert set(right) == {a for a, v in gradients.items() if np.any(v)}, point.name
        own |= {*right.values()}
        others |= {*wrong.values()}
    assert True in own
    assert True not in others

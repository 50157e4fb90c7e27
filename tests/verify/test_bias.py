"""The matched filter: a wrong scale inside every bound is SUSPICIOUS, and rounding alone never is."""

from types import SimpleNamespace

import numpy as np
import pytest

from jacobians.verify.bias import scale_bias
from jacobians.verify.formats import FORMATS
from jacobians.verify.results import Verdict

from .trials import at_points, gradients, row, tried, twin

BF16 = ("bfloat16",)
CODE = {  # y, and its derivative, so written that NumPy computes in the format of x: its 1 + bfloat16 may be float32
    "sigmoid": (lambda x, one: one / (one + np.exp(-x)), lambda x, y, one: y * (one - y)),
    "tanh": (lambda x, one: np.tanh(x), lambda x, y, one: one - y * y),
    "exp": (lambda x, one: np.exp(x), lambda x, y, one: y),
    "softplus": (lambda x, one: np.logaddexp(x, x - x), lambda x, y, one: one / (one + np.exp(-x))),
}


def right(layer: str, change=lambda v: v):
    """Correct code, its gradient changed."""
    function, derivative = CODE[layer]

    def forward(x):
        y = function(x, x.dtype.type(1))
        return y, (x, y)

    def backward(g, saved):
        return {"x": change(g * derivative(*saved, g.dtype.type(1)))}

    return SimpleNamespace(forward=forward, backward=backward)


def scaled(layer: str, c: float):
    return right(layer, lambda v: (v.astype(np.float32) * np.float32(c)).astype(v.dtype))


@pytest.mark.parametrize("c", [1.01, 0.98, 1.02])
@pytest.mark.parametrize("layer", ["sigmoid", "tanh"])
def test_a_wrong_scale_inside_every_bound_is_suspicious(layer, c):
    found = row(tried(scaled(layer, c), layer, formats=BF16), "x")
    assert found.verdict is Verdict.SUSPICIOUS
    assert found.ratio <= 1, "each entry by itself could be rounding"
    assert found.detectable > abs(c - 1)
    assert f"together they are {c:.2f}"[:-1] in found.text or "together they are" in found.text
    assert float(found.text.split("together they are ")[1].split(" times")[0]) == pytest.approx(c, abs=0.002)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("layer", ["sigmoid", "tanh", "exp", "softplus"])
def test_correct_code_passes(layer, seed):
    found = row(tried(right(layer), layer, formats=BF16, seed=seed), "x")
    assert found.verdict is Verdict.PASS


def test_where_the_bound_sees_it_it_is_a_plain_failure():
    report = tried(scaled("sigmoid", 1.01), "sigmoid", formats=("float32", "float16"))
    assert {r.verdict for r in report.results if r.argument == "x"} == {Verdict.FAIL}


def bias(fast, layer="sigmoid", name="bfloat16", seed=0):
    return scale_bias(fast, at_points(layer), "x", FORMATS[name], {}, seed)


@pytest.mark.parametrize("c", [0.5, 0.95, 1.01, 1.05, 3.0])
def test_the_scale_is_measured(c):
    found = bias(scaled("sigmoid", c))
    assert found.impossible
    assert 1 + found.mean == pytest.approx(c, abs=found.least_seen)


def test_correct_code_is_unbiased_and_what_would_be_seen_is_stated():
    for seed in range(6):
        for name in ("bfloat16", "float16", "float32"):
            found = bias(right("sigmoid"), name=name, seed=seed)
            assert not found.impossible
            assert 2 * FORMATS[name].u <= found.least_seen < 8 * FORMATS[name].u + 0.005
    assert not bias(scaled("sigmoid", 1.001)).impossible, "less than a rounded constant may do"


def test_noise_is_no_scale(rng):
    noisy = right("sigmoid", lambda v: (v.astype(float) * (1 + 0.02 * rng.standard_normal(v.shape))).astype(v.dtype))
    assert not bias(noisy).impossible


def test_what_cannot_be_measured_has_no_bias():
    assert bias(gradients("sigmoid", lambda d: {})) is None
    assert bias(gradients("sigmoid", lambda d: {"x": d["x"].T})) is None
    assert bias(twin("center", backward=lambda right, g, s: right(g, s)), "center", "float32") is not None


@pytest.mark.parametrize("c", [1.0, 1.05])
def test_an_argument_that_the_first_point_does_not_have_is_asked_at_the_first_that_has_it(c):
    spec = {"spec": "ij,jk,lk->il", "n": 3}
    fast = gradients("einsum", lambda d: {a: v * np.float32(c) for a, v in d.items()})
    found = scale_bias(fast, at_points("einsum", "typical", "three operands"), "x2", FORMATS["float32"], spec, 0)
    assert found.impossible == (c != 1)

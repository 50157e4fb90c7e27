"""A right formula whose algorithm loses its digits is told apart from a wrong one, in float64 too."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import special

from jacobians.verify.results import Verdict

from .trials import row, tried, twin


def one_pass():
    """Layer norm with the variance E[x²] − E[x]²: right, and at a large offset without a digit."""
    right = twin("layer_norm")

    def forward(x, gamma, beta, eps=1e-5):
        mean = x.mean(axis=-1, keepdims=True)
        var = np.maximum((x * x).mean(axis=-1, keepdims=True) - mean * mean, 0)
        rstd = 1 / np.sqrt(var + np.asarray(eps, x.dtype))
        xhat = (x - mean) * rstd
        return gamma * xhat + beta, (xhat, rstd, gamma)

    def backward(g, saved):
        xhat, rstd, gamma = saved
        d = g * gamma
        dx = rstd * (d - d.mean(axis=-1, keepdims=True) - xhat * (d * xhat).mean(axis=-1, keepdims=True))
        axes = tuple(range(g.ndim - 1))
        return {"x": dx, "gamma": (g * xhat).sum(axis=axes), "beta": g.sum(axis=axes)}

    assert callable(right.forward)
    return SimpleNamespace(forward=forward, backward=backward)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_variance_in_one_pass(dtype):
    from jacobians.layers import find
    from jacobians.verify.check import check

    report = check(one_pass(), find("layer_norm"), (dtype,), lengths=())
    found = row(report, "x")
    assert found.verdict is Verdict.FAIL
    assert found.diagnosis is not None
    assert found.diagnosis.name == "loses-digits"
    assert f"loses the digits of {dtype}" in found.text


@pytest.mark.parametrize("factor", [1 + 1e-9, 1 + 1e-13, 1 + 1e-14])
def test_a_formula_that_is_a_little_wrong_is_no_loss_of_digits(factor):
    fast = twin("silu", backward=lambda right, g, saved: {"x": factor * right(g, saved)["x"]})
    found = row(tried(fast, "silu"), "x")
    assert found.verdict is Verdict.FAIL
    assert found.diagnosis is None or found.diagnosis.name != "loses-digits"


def test_noise_is_no_loss_of_digits(rng):
    fast = twin("silu", backward=lambda right, g, saved: {"x": right(g, saved)["x"] * (1 + 1e-9 * rng.random(g.shape))})
    found = row(tried(fast, "silu"), "x")
    assert found.verdict is Verdict.FAIL
    assert found.diagnosis is None


def test_a_coarse_error_function_inside_the_usual_gelu():
    """What a vectorised GELU does: (1 + erf)/2 with an erf right to 2⁻²¹ of 1. In the tails float64 has lost more."""
    right = twin("gelu")

    def coarse(v):
        return np.rint(v * 2**20) / 2**20 if v.dtype == np.float32 else v

    def forward(x, approximate="none"):
        if approximate != "none":
            return right.forward(x, approximate)
        y = x * ((1 + coarse(special.erf(x * np.asarray(0.5**0.5, x.dtype)))) / 2).astype(x.dtype)
        return y, right.forward(x, approximate)[1]

    code = SimpleNamespace(forward=forward, backward=right.backward)
    found = row(tried(code, "gelu", "wide", formats=("float32",)), "y", "forward")
    assert found.verdict is Verdict.FAIL
    assert found.diagnosis.name == "loses-digits"

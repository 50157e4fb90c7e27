"""Code whose arrays live on a device, as CuPy's do, needs no adapter: what it gives is fetched, and judged."""

from types import SimpleNamespace

import numpy as np
import pytest

from jacobians.verify.check import check
from jacobians.verify.host import fetched
from jacobians.verify.results import Verdict

from ..verify.trials import at_points, broken
from .device_array import DeviceArray


def forward(x, W, b):
    x, W, b = (DeviceArray(v) for v in (x, W, b))
    y = x @ W.T + b
    return y, (x, W, y)


def backward(g, saved):
    g, (x, W, _) = DeviceArray(g), saved
    return {"x": g @ W, "W": g.T @ x, "b": g.sum(axis=0)}


def mean_for_sum(g, saved):
    return backward(g, saved) | {"b": DeviceArray(g).sum(axis=0) * (1 / len(g))}


def overwrites_y(g, saved):
    saved[2][...] = 0
    return backward(g, saved)


def one_buffer(g, saved, kept={}):  # noqa: B006
    """Every gradient of b lies in the same memory."""
    found = backward(g, saved)
    kept.setdefault((saved[0].shape, g.dtype.name), DeviceArray(found["b"].get()))[...] = found["b"].get()
    return found | {"b": kept[saved[0].shape, g.dtype.name]}


def takes_g_as_it_is(g, saved):
    x, W, _ = saved
    return {"x": x * g, "W": W, "b": W}


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        (backward, set()),
        (mean_for_sum, {("gradient", "b")}),
        (overwrites_y, {("unchanged", "y")}),
        (one_buffer, {("saved", "b")}),
        (takes_g_as_it_is, {("exception", "y")}),
    ],
)
def test_what_is_on_a_device_is_judged(code, wrong):
    report = check(SimpleNamespace(forward=forward, backward=code), at_points("linear"), ("float64",), lengths=())
    assert broken(report) == wrong
    assert wrong or report.verdict is Verdict.PASS


def test_an_array_that_cannot_be_had_is_one_sentence():
    class Kept(DeviceArray):
        get = None

    def forward_there(x):
        return Kept(x), None

    report = check(SimpleNamespace(forward=forward_there, backward=None), at_points("relu"), ("float64",), lengths=())
    [said] = report.failures
    assert said.text.startswith(
        "the y that forward returned is a value of type Kept, of which NumPy makes no array (TypeError: Implicit"
    )


def test_what_is_here_is_not_fetched(rng):
    v = rng.standard_normal(3)
    assert fetched(v) is v
    assert fetched({"get": v}) == {"get": v}
    assert fetched(None) is None
    np.testing.assert_array_equal(fetched(DeviceArray(v)), v)

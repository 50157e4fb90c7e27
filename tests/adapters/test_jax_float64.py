"""float64 is switched on under the name that the JAX at hand has for it, for the adapter and for the bench."""

import importlib

import numpy as np
import pytest

from jacobians.layers import find
from jacobians.timing import peers
from jacobians.verify.check import check
from jacobians.verify.results import Verdict

from ..verify.trials import at_points

jax = pytest.importorskip("jax")
from jacobians.adapters.jax import adapt  # noqa: E402

from . import jax_code as code  # noqa: E402


@pytest.fixture(params=["its name here", "the name before JAX 0.8"])
def named(request, monkeypatch):
    if request.param != "its name here" and hasattr(jax, "enable_x64"):
        monkeypatch.setattr(importlib.import_module("jax.experimental"), "enable_x64", jax.enable_x64, raising=False)
        monkeypatch.delattr(jax, "enable_x64")


@pytest.mark.usefixtures("named")
def test_code_is_judged_in_float64():
    layer = at_points("rms_norm")
    assert check(adapt(code.rms_norm, layer), layer, ("float64",), lengths=()).verdict is Verdict.PASS


@pytest.mark.usefixtures("named")
def test_a_peer_computes_in_float64(rng):
    x, W, b = rng.standard_normal((2, 3)), rng.standard_normal((4, 3)), rng.standard_normal(4)
    peer = peers.load("jax", "linear", find("linear"))
    y, saved = peer.forward(x=x, W=W, b=b)
    np.testing.assert_allclose(y, x @ W.T + b, rtol=1e-12)
    np.testing.assert_allclose(np.asarray(peer.pull(peer.native(y), saved)["x"]), y @ W, rtol=1e-12)

"""Dual numbers carry every derivative: each rule agrees with difference quotients, and its bound holds it."""

import numpy as np
import pytest
from scipy import special

from jacobians.adapters.loose_layer import derivative, layer_of
from jacobians.point import Point
from jacobians.verify.differences import quotient

FUNCTIONS = {
    "arithmetic": lambda x, w: (x + 2.0) * w - x / (3.0 + w * w) + (-w) + (+x),
    "powers": lambda x, w: np.abs(x) ** 1.5 + np.square(w) + np.reciprocal(4.0 + x) + np.power(2.0, w),
    "exponentials": lambda x, w: np.exp(x) + np.expm1(w) + np.log(5.0 + x) + np.log1p(w * w),
    "roots": lambda x, w: np.sqrt(9.0 + x) * (np.sign(w) + w),
    "angles": lambda x, w: np.tanh(x) + np.sin(x) * np.cos(w),
    "error function": lambda x, w: special.erf(x) + special.erfc(w),
    "choices": lambda x, w: np.maximum(x, w) + np.minimum(x, 0.25) + np.where(x > 0.1, x - 0.1, 0.0) * w * (w < 9.0),
    "sums": lambda x, w: x.sum(axis=0, keepdims=True) + np.mean(w) + np.cumsum(x, axis=1) + np.prod(w, axis=0),
    "products": lambda x, w: (x @ w.T)[:, ::-1] + np.einsum("ij,kj->ik", w, x),
    "extremes": lambda x, w: x.max(axis=1) - w.min(axis=1) + np.max(x),
    "moved": lambda x, w: np.concatenate([x.T.reshape(-1), np.stack([w, x]).ravel()[::2]]),
    "one is not read": lambda x, w: np.tanh(x),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_rule_agrees_with_difference_quotients(name, rng):
    values = {
        a: rng.permutation(np.linspace(start, start + 2.7, 6)).reshape(2, 3) for a, start in (("x", -1.2), ("w", -1.3))
    }
    point = Point(layer_of(FUNCTIONS[name], values, {}, None, (), "f")(), values)
    assert set(point.map.sources.values()) == {"forward, differentiated operation by operation"}
    for a in "xw":
        L, found = derivative(point.map, a, values), quotient(point, a)
        assert L.shape == (point.forward().size, 6)
        assert (np.abs(L - found.value) <= found.error + 1e-13).all()
        assert L.any() or (name, a) == ("one is not read", "w")
        assert found.error.max() < 1e-6

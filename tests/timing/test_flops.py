"""Operations are counted as NumPy makes them: products by their sums, the rest by what comes out."""

import importlib
from types import SimpleNamespace

import numpy as np
import pytest

from jacobians.layers import find, layer_names
from jacobians.timing.flops import operations
from jacobians.verify.trial import trial_points


def counted(backward, **values):
    fast = SimpleNamespace(forward=lambda **given: (None, given), backward=backward)
    return operations(fast, values, {}, np.ones((3, 4)))


@pytest.mark.parametrize(
    ("backward", "wanted"),
    [
        (lambda g, s: g @ s["W"], 2 * 3 * 4 * 5),
        (lambda g, s: np.matmul(g, s["W"], out=np.empty((3, 5))), 2 * 3 * 4 * 5),
        (lambda g, s: np.dot(g, s["W"]), 2 * 3 * 4 * 5),
        (lambda g, s: np.tensordot(g, s["W"], 1), 2 * 3 * 4 * 5),
        (lambda g, s: np.einsum("bi,ij->bj", g, s["W"]), 2 * 3 * 4 * 5),
        (lambda g, s: np.einsum("...i,ij->...j", g, s["W"]), 2 * 3 * 4 * 5),
        (lambda g, s: np.einsum("bi->i", g), 12),
        (lambda g, s: g.sum(axis=0), 12),
        (lambda g, s: np.exp(g) * 2, 24),
        (lambda g, s: g[:, ::2] + 1, 6),
        (lambda g, s: (g > 0, g.copy(), g.T, g.astype("float32")), 0),
        (lambda g, s: np.multiply(g, 2, out=g.copy()), 12),
    ],
)
def test_what_is_counted(backward, wanted):
    assert counted(backward, W=np.ones((4, 5))) == wanted


def test_forward_is_not():
    assert counted(lambda g, saved: g + saved["x"], x=np.ones((3, 4))) == 12


@pytest.mark.parametrize("name", layer_names())
def test_watching_changes_no_answer(name, rng):
    """Every twin runs on watched arrays, and gives what it gives without."""
    twin, layer = importlib.import_module(f"reference.{name}"), find(name)
    point = list(trial_points(layer, 0, {}))[0 if layer.interacts else 1]
    g = rng.standard_normal(np.shape(point.forward()))
    seen = []
    spying = SimpleNamespace(forward=twin.forward, backward=lambda *given: seen.append(twin.backward(*given)))
    assert operations(spying, point.values, point.map.settings, g) >= 0
    plain = twin.backward(g, twin.forward(**point.values, **point.map.settings)[1])
    for a, d in plain.items():
        np.testing.assert_array_equal(np.asarray(seen[0][a]), d)

"""Which mutants compute the same function: told by comparing them with the twin, not by the bounds of a verdict."""

import numpy as np
import pytest

import reference.elu
import reference.soft_cross_entropy
from benchmarks.corpus.case import Code
from benchmarks.corpus.equivalence import equivalent, same
from jacobians.layers import ELU, SoftCrossEntropy
from jacobians.verify.bound import Judged


def elu(change):
    """The twin of ELU with its gradient changed: change(dx, x, g, alpha)."""

    def backward(g, saved):
        x, alpha, _ = saved
        return {"x": change(reference.elu.backward(g, saved)["x"], x, g, alpha)}

    return Code(reference.elu.forward, backward)


@pytest.mark.parametrize("size", [2.0**-50, 0.0])
def test_rounding_makes_no_other_function(size):
    assert equivalent(elu(lambda dx, *_: dx * (1 + size)), reference.elu, ELU)


@pytest.mark.parametrize(
    "change",
    [
        lambda dx, x, g, alpha: np.where(x == 0, g, dx),  # the other side's derivative at the kink
        lambda dx, x, g, alpha: dx + 1e-9 * g * (x > 0),
        lambda dx, x, g, alpha: np.clip(dx, -1e6, 1e6),
        lambda dx, x, g, alpha: dx + np.nan,
        lambda dx, x, g, alpha: dx.reshape(-1),
        lambda dx, x, g, alpha: dx @ None,
    ],
)
def test_our_bound_has_no_say(change, monkeypatch):
    """Code is another function however much a verdict would let pass."""
    monkeypatch.setattr(Judged, "outside", lambda self, got: np.zeros(np.shape(got), bool))
    assert not equivalent(elu(change), reference.elu, ELU)


def test_a_gradient_that_is_0_but_for_rounding():
    """Targets that add up to 1 do so but for rounding; where x meets them, nothing else is left of the gradient."""

    def backward(g, saved):
        log_p, target, N = saved
        share = np.expand_dims(g / N, 1) if g.ndim else g / N
        return {"x": share * (np.exp(log_p) - target), "target": -share * log_p}

    simpler = Code(reference.soft_cross_entropy.forward, backward)
    assert equivalent(simpler, reference.soft_cross_entropy, SoftCrossEntropy)


def test_same():
    want = np.array([1e3, 0.0])
    assert same(want + [0, 2.0**-31], want)
    assert not same(want + [0, 2.0**-29], want)
    assert same(want + [0, 2.0**-29], want, least=2e4)
    assert not same(np.array([np.nan, 0]), want)

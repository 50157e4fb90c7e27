"""benchmarks.mlp: every contestant makes the same step, in a process of its own; what could not be made is told."""

import numpy as np
import pytest

pytest.importorskip("threadpoolctl")

from benchmarks import mlp  # noqa: E402
from benchmarks.apart import contestants, race  # noqa: E402
from benchmarks.perceptrons import CONTESTANTS, SIZES, data  # noqa: E402

NEEDED = {"PyTorch eager": "torch", "JAX jit": "jax", "HIPS autograd": "autograd"}  # compiling would take a while


@pytest.mark.parametrize("name", NEEDED)
def test_every_library_computes_the_same(name):
    pytest.importorskip(NEEDED[name])
    given = data(3, "float64")
    want, got = (np.asarray(CONTESTANTS[which](*given, 1)()) for which in ("ours", name))
    assert got.shape == (SIZES[1],)
    np.testing.assert_allclose(got, want, rtol=1e-10, atol=1e-10)


def test_code_that_is_not_right_is_not_timed(monkeypatch, capsys):
    right = mlp.mlp.backward
    monkeypatch.setattr(mlp.mlp, "backward", lambda g, saved: {a: 2 * d for a, d in right(g, saved).items()})
    assert mlp.main(["--threads", "1"]) == 2
    assert "is not right, and is not timed" in capsys.readouterr().err


def test_contestants_are_timed_apart():
    with contestants({k: CONTESTANTS[k] for k in ("ours", "bare matrix products")}, data, 1) as found:
        with pytest.raises(RuntimeError, match="TypeError"):
            found["ours"].ask("make", "a batch", "float64")
        assert found["ours"].ask("make", 2, "float32").shape == (SIZES[1],)
        assert found["bare matrix products"].ask("make", 2, "float32") is None
        timed = race(found, 1)
    assert all(t.median > 0 for t in timed.values())
    assert not any(one.process.is_alive() for one in found.values())


def of_another_step(*given):
    """A competitor whose loss is half of ours."""
    step = CONTESTANTS["ours"](*given)
    return lambda: step() / 2


def test_a_competitor_that_computes_another_gradient_is_not_timed():
    makes = {k: CONTESTANTS[k] for k in ("ours", mlp.FLOOR)} | {"half": of_another_step}
    with contestants(makes, data, 1) as found:
        rows = {row.competitor: row for row in mlp.measure(2, "float32", 1, found, 1)}
    assert rows["half"].seconds is None
    assert rows["half"].more["why"].startswith("not ours: ∂J/∂b1: an entry is off by")
    assert rows["ours"].ratio == rows["ours"].seconds / rows[mlp.FLOOR].seconds

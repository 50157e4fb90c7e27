"""The fused perceptron: its gradients are the literal g · L of the graph, on every path; a wrong one is refused."""

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from jacobians import Graph, check_function
from jacobians.layers import Linear, ReLU, SquaredError
from jacobians.verify.results import Verdict
from reference.networks import mlp

from ..whole_numbers import parameters, whole

NET = Graph(
    z1=(Linear(), "x", "W1", "b1"), h1=(ReLU(at_zero=0.0), "z1"), z2=(Linear(), "h1", "W2", "b2"),
    h2=(ReLU(at_zero=0.0), "z2"), z3=(Linear(), "h2", "W3", "b3"), J=(SquaredError(), "z3", "y"),
)  # fmt: skip


def example(rng, N=5, widths=(4, 6, 3)):
    sizes = (N, *widths)
    theta = {f"W{k}": rng.standard_normal((m, n)) for k, (n, m) in enumerate(zip(sizes, widths, strict=False), 1)}
    theta |= {f"b{k}": rng.standard_normal(m) for k, m in enumerate(widths, 1)}
    return {"x": rng.standard_normal(N), "y": rng.standard_normal(widths[-1])} | theta


def verdict(code, values):
    return check_function(NET, code, values, theta=[a for a in values if a[0] in "Wb"], constant=("x", "y"))


def test_it_passes(rng):
    report = verdict(mlp, example(rng))
    assert [r.text for r in report.failures] == []
    assert report.verdict is Verdict.PASS
    assert {(r.argument, r.dtype) for r in report.results if r.claim == "gradient"} == {
        (f"{a}{k}", dtype) for a in "Wb" for k in (1, 2, 3) for dtype in ("float64", "float32")
    }


MISTAKES = {
    "the 2 of the loss left out": ("2 * g[rows]", "g[rows]"),
    "the gate of relu left out": ("d[some] *= h[some] > 0", "d[some] *= 1"),
    "the gate one layer off": ("h is not self.h[-1]", "h is not self.h[0]"),
    "a bias left out": ("z += b", "z += 0 * b"),
    "the mean over the batch": ("np.dot(self.ones, d", "np.dot(self.ones / len(g), d"),
    "rows of the gradient left as they were": ("(i + 1) * len(left) // n)", "i)"),
    "ŷ + y": ("self.h[-1][rows] -= y[rows]", "self.h[-1][rows] += y[rows]"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_planted_mistake_is_refused(name, rng):
    right, wrong = MISTAKES[name]
    source = Path(mlp.__file__).read_text(encoding="utf-8")
    assert source.count(right) == 1
    broken = ModuleType("broken")
    exec(source.replace(right, wrong), vars(broken))
    assert verdict(broken, example(rng)).verdict is Verdict.FAIL


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("batch", [0, 1, 2, 33, 64, 65, 130])
def test_every_way_through_it_is_the_literal_product(batch, threads, rng):
    """In whole numbers nothing is rounded: equal to the last bit, also when the buffers are used again."""
    theta = parameters(rng, 6, 128, 8, 3)
    net = mlp.MLP(*([theta[f"{a}{k}"] for k in (1, 2, 3)] for a in "Wb"), batch, threads)
    for _ in range(2):
        x, y, g = whole(rng, batch, 6), whole(rng, batch, 3), whole(rng, batch)
        want = {a: np.zeros(v.size) for a, v in theta.items()}
        values = [theta | {"x": one, "y": target} for one, target in zip(x, y, strict=True)]
        for each, upstream in zip(values, g, strict=True):
            found = NET.backward(np.array([upstream]), wrt=theta, **each)
            want = {a: want[a] + found[a] for a in theta}
        assert np.array_equal(net.forward(x, y), [NET.forward(**each) for each in values])
        for k, (dW, db) in enumerate(zip(*net.backward(g), strict=True), 1):
            assert np.array_equal(dW.ravel(), want[f"W{k}"])
            assert np.array_equal(db, want[f"b{k}"])


def test_parameters_changed_in_place_are_seen(rng):
    v = example(rng)
    net = mlp.MLP([v[f"W{k}"] for k in (1, 2, 3)], [v[f"b{k}"] for k in (1, 2, 3)], 1)
    before = net.forward(v["x"][None], v["y"][None])
    net.W[0] *= 2
    net.b[1] += 1
    after = net.forward(v["x"][None], v["y"][None])
    assert after != before
    np.testing.assert_allclose(after[0], NET.forward(**v | {"W1": 2 * v["W1"], "b2": v["b2"] + 1}), rtol=1e-12)

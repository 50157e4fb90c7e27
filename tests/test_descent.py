"""Gradient descent, for parameters and for data."""

from itertools import islice

import numpy as np
import pytest

from jacobians import Batch, Graph, Point
from jacobians.data import iris
from jacobians.descent import descend, gradient, mean_gradient, train, update
from jacobians.errors import ArgumentError
from jacobians.layers import Linear, Multiply, SquaredError, Sum, Tanh
from tests.whole_numbers import derivative, whole

REGRESSION = Graph(yhat=(Linear(), "x", "W", "b"), J=(SquaredError(), "yhat", "y"))


def regression_values(rng, n=None):
    """W [2 × 3]; with n, as many examples of x and y."""
    lead = () if n is None else (n,)
    return {"W": whole(rng, 2, 3), "b": whole(rng, 2)}, {"x": whole(rng, *lead, 3), "y": whole(rng, *lead, 2)}


def test_update_takes_a_row_into_the_shape_of_theta():
    """θ ← θ − η (∂J/∂θ)ᵀ: the row of 6 entries is W's, row by row; nothing is changed in place."""
    W, b = np.zeros((2, 3)), np.array([10.0, 20.0])
    new = update({"W": W, "b": b}, {"W": np.arange(6.0)[None]}, rate=0.5)
    assert new["W"].tolist() == [[0, -0.5, -1], [-1.5, -2, -2.5]]
    assert new["b"] is b
    assert not W.any()


def test_descent_follows_the_closed_form():
    """J = ‖ŷ − y‖²: a step multiplies ŷ − y by 1 − 2η, here by 1/2, so J by 1/4."""
    start = {"yhat": np.array([5.0, -3.0, 2.0]), "y": np.array([1.0, 1.0, 1.0])}
    path = list(descend(SquaredError(), start, wrt=("yhat",), rate=0.25, steps=5))
    assert [J for J, _ in path] == [33 / 4**k for k in range(6)]
    assert all(np.array_equal(v["yhat"], 1 + np.array([4, -4, 1]) / 2**k) for k, (_, v) in enumerate(path))
    assert all(v["y"] is start["y"] for _, v in path)


def test_parameters_and_data_are_treated_alike(rng):
    """J = Σ a b is symmetric: descending a from (u, v) is descending b from (v, u)."""
    J = Graph(p=(Multiply(), "a", "b"), J=(Sum(), "p"))
    u, v = whole(rng, 4), whole(rng, 4)
    one = [x["a"] for _, x in descend(J, {"a": u, "b": v}, wrt=("a",), rate=0.5, steps=3)]
    other = [x["b"] for _, x in descend(J, {"a": v, "b": u}, wrt=("b",), rate=0.5, steps=3)]
    assert np.array_equal(one, other)
    assert not np.array_equal(one[0], one[-1])


def test_all_names_step_at_once(rng):
    """One step in W, b and x together uses gradients at one point, those of values of J alone."""
    theta, data = regression_values(rng)
    values = theta | data
    _, after = list(descend(REGRESSION, values, wrt=("W", "b", "x"), rate=0.25, steps=1))[1]
    for a in ("W", "b", "x"):
        g = derivative(lambda v, a=a: REGRESSION.forward(**values | {a: v}), values[a])
        assert np.array_equal(after[a], values[a] - 0.25 * g.reshape(values[a].shape))


def test_the_gradient_of_the_mean_is_the_mean_of_the_gradients(rng):
    """∂(1/N Σ J_i)/∂θ = 1/N Σ ∂J_i/∂θ, N = 4: the left side from values of the mean alone."""
    theta, examples = regression_values(rng, 4)
    J, mean = mean_gradient(REGRESSION, examples, theta)

    def mean_of(values):
        return sum(REGRESSION.forward(**values, x=x, y=y) for x, y in zip(*examples.values(), strict=True)) / 4

    assert J == mean_of(theta)
    for a in theta:
        assert np.array_equal(mean[a], derivative(lambda v, a=a: mean_of(theta | {a: v}), theta[a]).ravel())


def test_the_mean_is_also_one_product_of_the_batch(rng):
    """1/N · g L^θ of the batch, g of as many entries as examples: the sum is in the product."""
    theta, examples = regression_values(rng, 4)
    _, mean = mean_gradient(REGRESSION, examples, theta)
    batch = Point(Batch(REGRESSION), theta | examples).backward(np.full(4, 0.25))
    assert all(np.array_equal(mean[a], batch[a].ravel()) for a in theta)


def test_a_batch_of_all_examples_is_the_full_batch(rng):
    """The order of the examples does not matter, and no example is drawn twice."""
    theta, examples = regression_values(rng, 8)
    full = list(train(REGRESSION, examples, theta, rate=0.125, steps=1))
    drawn = list(train(REGRESSION, examples, theta, rate=0.125, steps=1, batch=8, rng=rng))
    assert drawn[0][0] == full[0][0]
    assert np.array_equal(drawn[1][1]["W"], full[1][1]["W"])


def test_a_small_batch_sees_its_examples_only(rng):
    """Each step of batch 1 is the step of one of the examples, and over many steps all are seen."""
    theta, examples = regression_values(rng, 4)
    costs = [REGRESSION.forward(**theta, x=x, y=y) for x, y in zip(*examples.values(), strict=True)]
    seen = {J for J, _ in train(REGRESSION, examples, theta, rate=0.0, steps=60, batch=1, rng=rng)}
    assert seen == set(costs)


def test_what_cannot_be_descended_is_refused(rng):
    """A J of many entries, unknown names, wrong sizes, a batch without a generator."""
    theta, data = regression_values(rng)
    with pytest.raises(ArgumentError, match="scalar"):
        gradient(Linear(), theta | {"x": data["x"]}, ("W",))
    with pytest.raises(ArgumentError, match="Did you mean 'W'"):
        gradient(REGRESSION, theta | data, ("Ww",))
    with pytest.raises(ArgumentError, match="6 entries, its gradient 5"):
        update(theta, {"W": np.ones(5)}, 1.0)
    with pytest.raises(ArgumentError, match="no value"):
        update(theta, {"V": np.ones(5)}, 1.0)
    with pytest.raises(ArgumentError, match="rng"):
        train(REGRESSION, data, theta, 0.1, 1, batch=1)
    with pytest.raises(ArgumentError, match="1 to 3"):
        train(REGRESSION, {a: v[None].repeat(3, 0) for a, v in data.items()}, theta, 0.1, 1, batch=4, rng=rng)


def test_training_learns_iris(rng):
    """4 → 6 tanh → 3, squared error to the one-hot species, SGD: more than 90 % of flowers it has not seen.

    Every third flower (50) is held out. The 100 others are scaled to mean 0 and deviation 1, and the held out ones by
    the same numbers. The species is the largest of the three outputs.
    """
    x, species, _ = iris()
    held_out = np.arange(150) % 3 == 2
    x = (x - x[~held_out].mean(0)) / x[~held_out].std(0)
    net = Graph(
        z=(Linear(), "x", "W1", "b1"), h=(Tanh(), "z"), yhat=(Linear(), "h", "W2", "b2"),
        J=(SquaredError(), "yhat", "y"),
    )  # fmt: skip
    start = {"W1": rng.standard_normal((6, 4)) / 2, "b1": np.zeros(6)}
    start |= {"W2": rng.standard_normal((3, 6)) / 3, "b2": np.zeros(3)}
    examples = {"x": x[~held_out], "y": np.eye(3)[species[~held_out]]}
    path = list(train(net, examples, start, rate=0.2, steps=250, batch=10, rng=rng))
    before, after = (mean_gradient(net, examples, v)[0] for v in (start, path[-1][1]))
    predict = Batch(net.upto("yhat"))
    said = predict.forward(x=x[held_out], **path[-1][1]).argmax(axis=1)
    assert after < before / 3
    assert (said == species[held_out]).mean() > 0.9


def test_full_batch_training_only_goes_down(rng):
    """With a small rate each step of the full batch lowers the mean cost; so a sign error cannot hide."""
    theta, examples = regression_values(rng, 8)
    costs = [J for J, _ in islice(train(REGRESSION, examples, theta, rate=0.01, steps=20), 21)]
    assert len(costs) == 21
    assert (np.diff(costs) < 0).all()

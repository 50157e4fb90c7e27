"""The objective of the input that most activates a unit."""

import numpy as np
import pytest

from jacobians import Graph
from jacobians.activation import negative_activation
from jacobians.descent import descend
from jacobians.errors import ArgumentError
from jacobians.layers import Linear, ReLU, SquaredError
from tests.whole_numbers import derivative, whole


@pytest.fixture
def net():
    """4 → 3 → 2 with a loss, to be cut anywhere."""
    return Graph(
        z=(Linear(), "x", "W1", "b1"), h=(ReLU(), "z"), yhat=(Linear(), "h", "W2", "b2"),
        J=(SquaredError(), "yhat", "y"),
    )  # fmt: skip


@pytest.fixture
def values(rng):
    """Whole numbers; the halves in b1 keep z away from the kink."""
    shapes = {"x": (4,), "W1": (3, 4), "b1": (3,), "W2": (2, 3), "b2": (2,)}
    return {a: whole(rng, *s) + (0.5 if a == "b1" else 0.0) for a, s in shapes.items()}


@pytest.mark.parametrize(("name", "i"), [("z", 0), ("z", 2), ("h", 1), ("yhat", 1)])
def test_j_is_the_negative_activation(net, values, name, i):
    """J = −x_l[i], a scalar, of the arguments that x_l depends on and no label."""
    J = negative_activation(net, name, i)
    assert "y" not in J.args
    given = {a: values[a] for a in J.args}
    assert np.shape(J.forward(**given)) == ()
    assert J.forward(**given) == -net.upto(name).forward(**given)[i]


@pytest.mark.parametrize(("name", "i"), [("z", 2), ("yhat", 1)])
def test_its_gradient_is_a_row_of_the_jacobian(net, values, name, i):
    """∂J/∂x = −(row i of ∂x_l/∂x), the latter by the imaginary step."""
    J = negative_activation(net, name, i)
    given = {a: values[a] for a in J.args}
    part = net.upto(name)
    want = -derivative(lambda x: part.forward(**given | {"x": x}), given["x"])[i]
    assert np.array_equal(J.backward(np.ones(1), wrt=("x",), **given)["x"], want)


def test_descending_it_activates_the_unit(net, values):
    """z[1] grows by η |W1[1]|² a step, and the parameters stay."""
    J = negative_activation(net, "z", 1)
    given = {a: values[a] for a in J.args}
    costs, found = zip(*descend(J, given, wrt=("x",), rate=0.25, steps=4), strict=True)
    assert np.diff(costs).tolist() == [-0.25 * (given["W1"][1] ** 2).sum()] * 4
    assert found[-1]["W1"] is given["W1"]


def test_parameters_stay_parameters(net):
    """So that the same objective can also train."""
    assert negative_activation(net, "yhat", 0).theta == ("W1", "b1", "W2", "b2")


def test_an_unknown_activation_is_refused(net):
    """With the nearest name."""
    with pytest.raises(ArgumentError, match="yhat"):
        negative_activation(net, "yhatt", 0)

"""The backward network against the literal backward, entry for entry."""

import numpy as np
import pytest

from jacobians import Chain, Graph, matrix
from jacobians.backward_network import backward_network, parameter_gradients
from jacobians.errors import ArgumentError
from jacobians.layers import Add, Linear, Multiply, ReLU, Softmax, SquaredError, Tanh
from tests.whole_numbers import whole


def residual():
    """A DAG: x is read twice, s three times, W2 is shared by two layers, a product reads one name twice."""
    return Graph(
        z=(Linear(), "x", "W1", "b1"), h=(ReLU(), "z"),
        s=(Linear(), "h", "W2", "b2"), t=(Linear(), "s", "W2", "c"),
        m=(Multiply(), "t", "t"), r=(Add(), "m", "s"), u=(Add(), "r", "x"),
        v=(Multiply(), "s", "u"), J=(SquaredError(), "v", "y"),
    )  # fmt: skip


def residual_values(rng):
    """All widths 3, as W2 is shared and x is added at the end; what is not square is in chain_and_values."""
    shapes = {"x": (3,), "W1": (3, 3), "b1": (3,), "W2": (3, 3), "b2": (3,), "c": (3,), "y": (3,)}
    return {a: whole(rng, *s) + (0.5 if a == "b1" else 0.0) for a, s in shapes.items()}


def chain_and_values(rng):
    """5 → 4 → 2 with a squared error."""
    net = Chain(Linear(), ReLU(), (Linear(), "W3", "b3"), (SquaredError(), "y"))
    shapes = {"x": (5,), "W1": (4, 5), "b1": (4,), "W3": (2, 4), "b3": (2,), "y": (2,)}
    return net, {a: whole(rng, *s) + (0.5 if a == "b1" else 0.0) for a, s in shapes.items()}


def all_gradients(net, values, g=None):
    """{name: gradient} by the backward network and one product a layer."""
    point = backward_network(net, values, g)
    trace = point.map.trace(**point.values)
    data = {a: trace[f"g_{a}"] for a in (*net.nodes, *net.args) if f"g_{a}" in trace}
    return data | parameter_gradients(net, values, trace)


def test_a_dag_of_whole_numbers_is_equal_to_the_last_bit(rng):
    """Branches, a shared parameter, a name read twice by one map: every gradient of Graph.backward and no other."""
    net, values = residual(), residual_values(rng)
    want = net.backward(np.ones(1), **values)
    got = all_gradients(net, values)
    assert set(got) == set(want)
    assert all(np.array_equal(got[a], want[a]) for a in want)


def test_a_chain_of_whole_numbers_is_equal_to_the_last_bit(rng):
    """Layers that are not square: a weight that is not transposed does not fit."""
    net, values = chain_and_values(rng)
    want = net.backward(np.ones(1), **values)
    got = all_gradients(net, values)
    assert set(got) == set(want)
    assert all(np.array_equal(got[a], want[a]) for a in want)


def test_an_output_of_many_entries_takes_any_g(rng):
    """g of its own for each entry, given in the shape of the output or as a row."""
    net, values = chain_and_values(rng)
    part = net.upto("x3")
    values = {a: values[a] for a in part.args}
    g = np.array([[2.0, -3.0]])
    want = part.backward(g.ravel(), **values)
    got = all_gradients(part, values, g)
    assert all(np.array_equal(got[a], want[a]) for a in want)


def test_it_is_made_of_linear_and_add_alone(rng):
    """Whatever the forward network is made of; and the biases are zero."""
    point = backward_network(residual(), residual_values(rng))
    assert {type(map) for map, _ in point.map.nodes.values()} == {Linear, Add}
    assert all(not v.any() for a, v in point.values.items() if a.startswith("0_"))


def test_its_weights_are_transposed_weights_and_gates(rng):
    """Behind a linear layer Wᵀ; behind relu the diagonal of its activations' signs."""
    net, values = chain_and_values(rng)
    weights = backward_network(net, values).values
    z = values["W1"] @ values["x"] + values["b1"]
    assert np.array_equal(weights["L_x1.xᵀ"], values["W1"].T)
    assert np.array_equal(weights["L_x2.xᵀ"], np.diag((z > 0).astype(float)))
    assert np.array_equal(weights["L_x3.xᵀ"], values["W3"].T)


def test_it_is_linear(rng):
    """Twice the g, twice every gradient; the sum of two g, the sum of their gradients."""
    net, values = chain_and_values(rng)
    part = net.upto("x3")
    values = {a: values[a] for a in part.args}
    a, b = whole(rng, 2), whole(rng, 2)
    one, two, both = (all_gradients(part, values, g) for g in (a, b, 2 * a + b))
    assert all(np.array_equal(both[k], 2 * one[k] + two[k]) for k in both)


def test_any_maps_within_the_error_of_summation(rng):
    """tanh, softmax, a graph within a graph: the same products in another order, so |Δ| ≤ 2 γ_N |g||L|…|L|."""
    inner = Graph(z=(Linear(), "x", "W", "b"), y=(Tanh(), "z"))
    net = Graph(
        h=(inner, "x", "W1", "b1"), p=(Softmax(), "h"), s=(Linear(), "p", "W2", "b2"), J=(SquaredError(), "s", "y")
    )
    shapes = {"x": (5,), "W1": (4, 5), "b1": (4,), "W2": (3, 4), "b2": (3,), "y": (3,)}
    values = {a: rng.standard_normal(s) for a, s in shapes.items()}
    want = net.backward(np.ones(1), **values)
    size = net.backward(np.ones(1), multiply=lambda g, L: matrix.multiply(abs(g), abs(L)), **values)
    N = 5 + 4 + 4 + 3 + 3  # as many terms, or fewer, meet on the longest path
    gamma = N * 2.0**-53 / (1 - N * 2.0**-53)
    got = all_gradients(net, values)
    assert set(got) == set(want)
    assert all((abs(got[a] - want[a]) <= 2 * gamma * size[a]).all() for a in want)


def test_what_it_cannot_do_is_said(rng):
    """No g for an output of many entries; a g of another size; nothing to send back."""
    net, values = chain_and_values(rng)
    part = net.upto("x1")
    given = {a: values[a] for a in part.args}
    with pytest.raises(ArgumentError, match="4 entries"):
        backward_network(part, given)
    with pytest.raises(ArgumentError, match="3 entries"):
        backward_network(part, given, np.ones(3))
    with pytest.raises(ArgumentError, match="parameter_gradients"):
        backward_network(Graph(y=(Linear(), "W", "W", "b")), {"W": np.ones((1, 1)), "b": np.ones(1)}, np.ones(1))

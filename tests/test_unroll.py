"""Backpropagation through time: the unrolled graph against the textbook's loop, and against values of J alone."""

import numpy as np
import pytest

from jacobians import Graph, Point
from jacobians.errors import ArgumentError
from jacobians.layers import Linear, ReLU, SquaredError, Tanh
from jacobians.unroll import unroll
from jacobians.verify.differences import quotient
from jacobians.verify.formats import get_format
from jacobians.verify.running import Running
from tests.whole_numbers import derivative, whole

N, M, K = 2, 3, 2  # entries of x, of h and of y


def cell(pointwise):
    """h_t = φ(Wx x_t + b + Wh h_{t−1})."""
    return Graph(s=(Linear(), "x", "Wx", "b"), z=(Linear(), "h", "Wh", "s"), y=(pointwise, "z"))


def readout():
    """J_t = ‖V h_t + c − y_t‖²."""
    return Graph(yhat=(Linear(), "h", "V", "c"), J=(SquaredError(), "yhat", "y"))


def values_of(draw, steps):
    """Values of the unrolled graph, drawn by `draw(*shape)`."""
    shapes = {"h0": (M,), "Wx": (M, N), "b": (M,), "Wh": (M, M), "V": (K, M), "c": (K,)}
    shapes |= {f"x{t}": (N,) for t in range(1, steps + 1)} | {f"y{t}": (K,) for t in range(1, steps + 1)}
    return {a: draw(*s) for a, s in shapes.items()}


def away_from_the_kink(v):
    """b of halves and an even Wh: then every z_t is a whole number and a half, never 0."""
    return v | {"b": v["b"] + 0.5, "Wh": 2 * v["Wh"]}


def through_time(v, steps, phi, slope):
    """J and its gradients, by the loop that textbooks print: a sum for each parameter, `delta` going back in time."""
    h, J = {0: v["h0"]}, 0.0
    for t in range(1, steps + 1):
        h[t] = phi(v["Wh"] @ h[t - 1] + (v["Wx"] @ v[f"x{t}"] + v["b"]))
        J = J + ((v["V"] @ h[t] + v["c"] - v[f"y{t}"]) ** 2).sum()
    d = {a: np.zeros_like(v[a]) for a in ("Wx", "b", "Wh", "V", "c")}
    back = np.zeros(M)
    for t in range(steps, 0, -1):
        error = 2 * (v["V"] @ h[t] + v["c"] - v[f"y{t}"])
        d["V"] += np.outer(error, h[t])
        d["c"] += error
        delta = (v["V"].T @ error + back) * slope(h[t])
        d["Wx"] += np.outer(delta, v[f"x{t}"])
        d["Wh"] += np.outer(delta, h[t - 1])
        d["b"] += delta
        d[f"x{t}"] = v["Wx"].T @ delta
        back = v["Wh"].T @ delta
    return J, d | {"h0": back}


@pytest.mark.parametrize("steps", [1, 2, 4])
def test_relu_cells_of_whole_numbers_equal_the_loop(rng, steps):
    """Every gradient, of shared parameters, of each input and of the first state, to the last bit."""
    net = unroll(cell(ReLU()), steps, loss=readout())
    v = away_from_the_kink(values_of(lambda *s: whole(rng, *s), steps))
    J, d = through_time(v, steps, lambda z: np.maximum(z, 0), lambda h: (h > 0).astype(float))
    got = net.backward(np.ones(1), **v)
    assert net.forward(**v) == J
    assert all(np.array_equal(got[a], d[a].ravel()) for a in d)


@pytest.mark.parametrize("a", ["Wh", "Wx", "b", "V", "h0", "x1"])
def test_relu_cells_equal_the_imaginary_step(rng, a):
    """∂J/∂a from values of J alone: what the loop above and the graph could both have wrong."""
    net = unroll(cell(ReLU()), 3, loss=readout())
    v = away_from_the_kink(values_of(lambda *s: whole(rng, *s), 3))
    want = derivative(lambda value: net.forward(**v | {a: value}), v[a])
    assert np.array_equal(net.backward(np.ones(1), wrt=(a,), **v)[a], want.ravel())


def test_tanh_cells_equal_the_loop_within_rounding(rng):
    """|loop − graph| ≤ the bound that running-error arithmetic finds for any code of these formulas."""
    steps = 5
    net = unroll(cell(Tanh()), steps, loss=readout())
    v = values_of(lambda *s: rng.standard_normal(s), steps)
    exact = {a: Running(x, np.zeros(x.shape), get_format("float64")) for a, x in v.items()}
    bound = net.backward(np.ones(1), **exact)
    _, d = through_time(v, steps, np.tanh, lambda h: 1 - h * h)
    assert all((abs(d[a].ravel() - bound[a].value) <= bound[a].error).all() for a in d)
    assert all((bound[a].error < 1e-9 * abs(bound[a].value).max()).all() for a in d)  # the bound says something


@pytest.mark.parametrize("a", ["Wh", "b", "x2", "h0"])
def test_tanh_cells_equal_the_difference_quotient(rng, a):
    """∂J/∂a within the quotient's own estimate of its error."""
    net = unroll(cell(Tanh()), 4, loss=readout())
    v = values_of(lambda *s: rng.standard_normal(s), 4)
    found = quotient(Point(net, v), a)
    assert (abs(net.backward(np.ones(1), wrt=(a,), **v)[a] - found.value.ravel()) <= found.error.ravel()).all()


def test_the_last_state_is_the_output_without_a_loss(rng):
    """h_T as the loop has it, and the names of the arguments."""
    net = unroll(cell(ReLU()), 3)
    v = {a: x for a, x in values_of(lambda *s: whole(rng, *s), 3).items() if a in net.args}
    h = v["h0"]
    for t in (1, 2, 3):
        h = np.maximum(v["Wh"] @ h + v["Wx"] @ v[f"x{t}"] + v["b"], 0)
    assert np.array_equal(net.forward(**v), h)
    assert set(net.args) == {"h0", "x1", "x2", "x3", "Wx", "b", "Wh"}
    assert set(net.theta) == {"Wx", "b", "Wh"}


def test_shared_parameters_gather_the_gradients_of_their_copies(rng):
    """∂J/∂θ = Σ_t ∂J/∂θ^t: a graph with a copy of θ for each step has the terms."""
    steps = 3
    v = away_from_the_kink(values_of(lambda *s: whole(rng, *s), steps))
    net = unroll(cell(ReLU()), steps)
    v = {a: v[a] for a in net.args}
    copies = Graph(**{f"h{t}": (cell(ReLU()), f"x{t}", f"Wx_{t}", f"b_{t}", f"h{t - 1}", f"Wh_{t}") for t in (1, 2, 3)})
    w = {a: v[a.partition("_")[0]] for a in copies.args}
    g = whole(rng, M)
    got, terms = net.backward(g, **v), copies.backward(g, **w)
    assert all(np.array_equal(got[a], sum(terms[f"{a}_{t}"] for t in (1, 2, 3))) for a in ("Wx", "b", "Wh"))


def test_names_that_do_not_work_are_refused():
    """No step, no state of that name, a parameter called like an input of a step."""
    with pytest.raises(ArgumentError, match="steps=0"):
        unroll(cell(Tanh()), 0)
    with pytest.raises(ArgumentError, match="Did you mean 'h'"):
        unroll(cell(Tanh()), 2, state="hh")
    with pytest.raises(ArgumentError, match="'Wx'|x and h|Wh"):
        unroll(cell(Tanh()), 2, state="Wh")
    clash = Graph(s=(Linear(), "x", "x1", "b"), z=(Linear(), "h", "Wh", "s"))
    with pytest.raises(ArgumentError, match="x1"):
        unroll(clash, 2)

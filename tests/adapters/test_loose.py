"""A layer of one's own: L is completed by each route, fast code is judged against it, a wrong L is refused."""

import numpy as np
import pytest

from jacobians import Graph, check_function
from jacobians.adapters import numeric
from jacobians.errors import JacobiansError
from jacobians.layers import Linear, ReLU
from jacobians.verify.results import Verdict


def unit(x, w):
    """tanh(x w) over its own length."""
    h = np.tanh(x * w)
    return h / np.sqrt((h * h).sum(axis=-1, keepdims=True) + 0.1)


def row_by_row(x, w):
    """The same, by an assignment into an array: complex numbers pass, other arithmetics do not."""
    y = np.empty(x.shape, np.result_type(x, w))
    for i in range(len(x)):
        y[i] = unit(x[i], w)
    return y


def real_only(x, w):
    return unit(np.array(x, np.float64), np.array(w, np.float64))


class Fast:
    factor, shared = 1, 1

    @classmethod
    def forward(cls, x, w):
        h = np.tanh(x * w)
        n = np.sqrt((h * h).sum(axis=-1, keepdims=True) + x.dtype.type(0.1))
        return h / n, (x, w, h, n)

    @classmethod
    def backward(cls, g, saved):
        x, w, h, n = saved
        y = h / n
        dz = (g - cls.factor * y * (g * y).sum(axis=-1, keepdims=True)) / n * (1 - h * h)
        return {"x": dz * w, "w": (dz * x).sum(axis=0) / x.dtype.type(cls.shared)}


class Mean(Fast):
    shared = 3


class Missing(Fast):
    factor = 0


class Net:
    """relu(W x + b), batched."""

    @staticmethod
    def forward(x, W, b):
        z = x @ W.T + b
        return np.maximum(z, 0), (x, W, z)

    @staticmethod
    def backward(g, saved):
        x, W, z = saved
        d = g * (z >= 0)
        return {"x": d @ W, "W": d.T @ x, "b": d.sum(axis=0)}


def one(x, W, b):
    return np.maximum(W @ x + b, 0.0)


@pytest.fixture
def example(rng):
    return {"x": rng.standard_normal((3, 4)), "w": rng.standard_normal(4)}


@pytest.fixture
def network(rng):
    return {"x": rng.standard_normal(4), "W": rng.standard_normal((3, 4)), "b": rng.standard_normal(3)}


ROUTES = [(unit, "operation by operation"), (row_by_row, "complex steps"), (real_only, "difference quotients of")]


@pytest.mark.parametrize(("forward", "route"), ROUTES, ids=[route for _, route in ROUTES])
def test_each_route_accepts_right_code_and_refuses_wrong(forward, route, example):
    report = check_function(forward, Fast, example)
    assert report.verdict is Verdict.PASS, report.failures
    assert route in report.notes[0]
    for wrong, argument in ((Mean, "w"), (Missing, "x")):
        failed = {(r.claim, r.argument) for r in check_function(forward, wrong, example, dtype="float32").failures}
        assert ("gradient", argument) in failed


def test_a_factor_is_named(example):
    report = check_function(unit, Mean, example)
    assert {r.diagnosis.name for r in report.failures if r.diagnosis} == {"factor:0.333333"}
    assert {r.layer for r in report.results} == {"unit"}


def test_the_detectable_error_grows_with_what_is_not_known(example):
    def seen(forward):
        results = check_function(forward, Fast, example, dtype="float64").results
        return max(r.detectable for r in results if r.claim == "gradient")

    assert seen(unit) < 1e-12 < seen(real_only) < 1e-8


def test_a_graph_of_maps_has_its_own_L(network):
    graph = Graph(z=(Linear(), "x", "W", "b"), y=(ReLU(), "z"))
    report = check_function(graph, Net, network, theta=("W", "b"))
    assert report.verdict is Verdict.PASS, report.failures
    assert report.notes == [f"L^x, L^W and L^b: the L of {graph!r}, with which difference quotients agree"]


def test_one_example_is_lifted_to_a_batch(network):
    report = check_function(one, Net, network, theta=("W", "b"), dtype="float32")
    assert report.verdict is Verdict.PASS, report.failures
    assert report.results[0].where
    assert "batch of" in report.results[0].where


def test_an_L_that_is_given_is_used_once_it_agrees(network):
    def gate(x, W, b):
        return np.diag((W @ x + b > 0) * 1.0)

    report = check_function(one, Net, network, theta=("W", "b"), L={"b": gate})
    assert report.verdict is Verdict.PASS, report.failures
    assert "L^b: the L that was given" in report.notes[1]
    with pytest.raises(JacobiansError, match=r"L of b, entry \[\d, \d\]: the L that was given has 2, difference quot"):
        check_function(one, Net, network, theta=("W", "b"), L={"b": lambda **v: 2 * gate(**v)})


def test_labels_need_not_be_named_constant(rng):
    def loss(x, labels):
        z = x - x.max(axis=1, keepdims=True)
        return (np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(labels)), labels]).mean()

    torch = pytest.importorskip("torch")
    values = {"x": rng.standard_normal((3, 2)), "labels": np.array([0, 1, 1])}
    report = check_function(loss, torch.nn.functional.cross_entropy, values, adapter="torch", dtype="float32")
    assert report.verdict is Verdict.PASS, report.failures


def test_complex_steps_are_used_only_where_they_agree(example):
    assert numeric.complex_step(real_only, "x", example) is None
    odd = numeric.complex_step(lambda x, w: np.abs(x), "x", example)  # takes complex numbers, and is not analytic
    assert odd is not None

    class Absolute(Fast):
        forward = staticmethod(lambda x, w: (row_abs(x, w), (x, w)))
        backward = staticmethod(lambda g, s: {"x": g * np.sign(s[0]), "w": np.zeros_like(s[1])})

    def row_abs(x, w):
        y = np.empty_like(x)
        y[...] = np.abs(x)
        return y

    report = check_function(row_abs, Absolute, example)
    assert report.verdict is Verdict.PASS, report.failures
    assert "difference quotients" in " ".join(report.notes)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"arguments": {}}, "arguments is empty"),
        ({"arguments": {"x": np.ones(4)}}, "forward takes x, W and b, and arguments has x"),
        ({"arguments": {"x": ["a"], "W": 1.0, "b": 1.0}}, "arguments['x'] is an array of str"),
        ({"arguments": {"x": np.nan, "W": 1.0, "b": 1.0}}, "not finite"),
        ({"arguments": {"x": np.ones(2), "W": np.ones((2, 3)), "b": 1.0}}, "forward raised ValueError"),
        ({"theta": ("w",)}, "theta names 'w'"),
        ({"dtype": "float31"}, "Did you mean 'float32'?"),
        ({"L": {"b": lambda x, W, b: W}}, "L of b has the shape [3, 4]"),
        ({"fast": one}, 'adapter="torch"'),
        ({"forward": lambda x, W, b: x > 0}, "forward gives numbers of bool"),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(changed, said, network):
    given = {"forward": one, "fast": Net, "arguments": network} | changed
    with pytest.raises(JacobiansError) as caught:
        check_function(**given)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)

"""Gates: logic of truth values some of which are open, against every value they may take; and what is chosen by one."""

from itertools import product

import numpy as np
import pytest

from jacobians.batch import Batch
from jacobians.graph import Graph
from jacobians.layers import find
from jacobians.point import Point
from jacobians.verify.bound import bounded_jacobians
from jacobians.verify.formats import FORMATS
from jacobians.verify.gates import Gate, gate
from jacobians.verify.running import Running, choose

F32 = FORMATS["float32"]
STATES = list(product([False, True], [False, True]))  # (true, open)


def states() -> tuple[Gate, Gate]:
    """Every pair of states."""
    pairs = np.array(list(product(STATES, STATES)))
    return Gate(pairs[:, 0, 0], pairs[:, 0, 1], F32), Gate(pairs[:, 1, 0], pairs[:, 1, 1], F32)


def may_be(g: Gate, k: int) -> set[bool]:
    return {False, True} if g.open[k] else {bool(g.true[k])}


@pytest.mark.parametrize("name", ["and", "or"])
def test_and_or_allow_what_some_values_give_and_nothing_else(name):
    operation = {"and": lambda p, q: p & q, "or": lambda p, q: p | q}[name]
    a, b = states()
    result = operation(a, b)
    np.testing.assert_array_equal(result.true, operation(a.true, b.true))
    for k in range(16):
        assert may_be(result, k) == {operation(p, q) for p in may_be(a, k) for q in may_be(b, k)}


def test_not():
    a, _ = states()
    for k in range(16):
        assert may_be(~a, k) == {not p for p in may_be(a, k)}
        assert (~a).true[k] != a.true[k]


@pytest.mark.parametrize("name", ["and", "or"])
def test_plain_truth_values_are_gates_that_are_shut(name):
    a, b = states()
    plain = b.true
    left, right = (a & plain, plain & a) if name == "and" else (a | plain, plain | a)
    wanted = (a & gate(plain, F32)) if name == "and" else (a | gate(plain, F32))
    for g in (left, right):
        np.testing.assert_array_equal(g.true, wanted.true)
        np.testing.assert_array_equal(g.open, wanted.open)


def numbers(values, errors) -> Running:
    return Running(np.asarray(values, float), np.asarray(errors, float), F32)


def test_a_comparison_is_open_where_the_errors_reach():
    x = numbers([1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.25, 0.25])
    y = numbers([1.0, 1.25, 1.25, 2.0], [0.0, 0.25, 0.0, 0.25])
    found = x < y
    assert isinstance(found, Gate)
    np.testing.assert_array_equal(found.open, [False, True, True, False])
    np.testing.assert_array_equal(found.true, [False, True, True, True])


@pytest.mark.parametrize("name", ["less", "less_equal", "greater", "greater_equal", "equal", "not_equal"])
def test_exact_numbers_leave_no_gate_open_also_at_a_tie(name):
    x, y = np.array([0.0, 1.0, -1.0]), np.array([0.0, 0.0, 0.0])
    found = getattr(np, name)(numbers(x, 0.0 * x), numbers(y, 0.0 * y))
    assert isinstance(found, np.ndarray)
    np.testing.assert_array_equal(found, getattr(np, name)(x, y))


def test_a_choice_by_an_open_gate_covers_both_sides(rng):
    a, b = rng.standard_normal((2, 16))
    g, _ = states()
    chosen = choose(g, numbers(a, np.full(16, 0.01)), numbers(b, np.full(16, 0.02)))
    np.testing.assert_array_equal(chosen.value, np.where(g.true, a, b))
    for k in range(16):
        sides = [(a[k], 0.01)] * (True in may_be(g, k)) + [(b[k], 0.02)] * (False in may_be(g, k))
        for v, e in sides:
            assert abs(v - chosen.value[k]) + e <= chosen.error[k] * (1 + 1e-12)
        if len(sides) == 1:
            assert chosen.error[k] == sides[0][1], "a shut gate adds nothing"


def test_where_with_a_gate_and_plain_numbers_and_a_gate_times_a_number():
    x = numbers([0.5, 3.0], [1.0, 1.0])
    chosen = np.where(x > 0, 1.0, 0.0)
    np.testing.assert_array_equal(chosen.value, [1, 1])
    np.testing.assert_array_equal(chosen.error, [1, 0])
    np.testing.assert_array_equal(((x > 0) * numbers([2.0, 2.0], [0.0, 0.0])).error >= [2, 0], True)
    np.testing.assert_array_equal((x > 0)[1:].open, [False])
    with pytest.raises(TypeError, match="no rule for numpy's cumsum"):
        np.cumsum(x > 0)


def test_open_choices_are_counted():
    from jacobians.verify.gates import counting

    x = numbers([1.0, 1.0, 3.0], [0.5, 0.0, 0.5])
    with counting() as outer:
        with counting() as count:
            choose(x > 1.25, 2.0, 3.0)  # open, shut, shut
            choose(x > 1.25, 2.0, 2.0)  # the sides are alike: nothing hangs on it
        assert count == [1]
    assert outer == [0]


def test_a_check_says_how_many_choices_were_open():
    from .trials import row, tried, twin

    found = row(tried(twin("hinge"), "hinge", "no margin asked for"), "x")
    assert found.open_gates > 0
    assert any("lie within rounding of turning the other way" in note for note in found.notes)
    none = row(tried(twin("relu"), "relu"), "x")
    assert (none.open_gates, none.notes) == (0, ())


@pytest.mark.parametrize("batch", [1, 3])
def test_the_first_of_several_maxima_may_be_any_that_rounding_makes_largest(batch):
    """Max of what a linear layer computed: which entry is largest is open, and code may take either."""
    graph = Graph(h=(find("linear")(), "x", "W", "b"), y=(find("max")(), "h"))
    values = {"x": np.ones((batch, 3)), "W": np.array([[0.1, 0.2, 0.3], [0.3, 0.2, 0.1]]), "b": np.zeros(2)}
    known = bounded_jacobians(Point(Batch(graph), values), FORMATS["float64"])["b"]
    assert known.open_gates > 0
    judged = known.judge(np.full((1, batch), 2.5))
    for right in ([[2.5 * batch, 0.0]], [[0.0, 2.5 * batch]]):
        assert not judged.outside(np.array(right)).any()
    assert judged.outside(np.array([[7.5 * batch, 0.0]])).any()

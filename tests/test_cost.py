"""Reuse of computation: the counts are compared with counts made by hand."""

import pytest

from jacobians import Chain, Graph
from jacobians.cost import backward_cost
from jacobians.errors import ArgumentError
from jacobians.layers import Add, Linear, SquaredError
from tests.whole_numbers import whole


def network(rng, *widths):
    """Linear layers of these widths and a squared error, with values."""
    net = Chain(*(Linear() for _ in widths[1:]), SquaredError())
    values = {"x": whole(rng, widths[0]), f"y{len(widths)}": whole(rng, widths[-1])}
    for k, (n, m) in enumerate(zip(widths, widths[1:], strict=False), start=1):
        values |= {f"W{k}": whole(rng, m, n), f"b{k}": whole(rng, m)}
    return net, values


def test_counts_are_those_made_by_hand(rng):
    """5 → 4 → 3 → 2: g_l costs |x_{l+1}| |x_l|; g L^W costs |W| and g L^b |b|, the zeros of L not counted."""
    cost = backward_cost(*network(rng, 5, 4, 3, 2))
    g3, g2, g1 = 2, 2 + 2 * 3, 2 + 2 * 3 + 3 * 4
    by_hand = {"W1": g1 + 4 * 5, "b1": g1 + 4, "W2": g2 + 3 * 4, "b2": g2 + 3, "W3": g3 + 2 * 3, "b3": g3 + 2}
    assert cost.by_parameter == by_hand
    assert cost.separate == sum(by_hand.values())
    assert cost.shared == g1 + (4 * 5 + 4) + (3 * 4 + 3) + (2 * 3 + 2)


def test_dense_jacobians_also_multiply_their_zeros(rng):
    """L^W is [M × MN] and L^b [M × M]: M times as many multiplications as entries of W and b."""
    cost = backward_cost(*network(rng, 5, 4, 2), form="dense")
    assert cost.shared == 2 + 2 * 4 + 4 * (4 * 5 + 4) + 2 * (2 * 4 + 2)
    assert cost.shared > backward_cost(*network(rng, 5, 4, 2), form="natural").shared


@pytest.mark.parametrize("depth", [1, 2, 5, 10])
def test_sharing_turns_quadratic_into_linear(rng, depth):
    """Widths n: shared n + L(n² + n) + (L − 1)n², separate Σ_l 2(n + (L − l)n²) + n² + n."""
    n = 3
    cost = backward_cost(*network(rng, *[n] * (depth + 1)))
    assert cost.shared == n + depth * (n * n + n) + (depth - 1) * n * n
    assert cost.separate == sum(2 * (n + (depth - k) * n * n) + n * n + n for k in range(1, depth + 1))


def test_one_parameter_alone_shares_nothing(rng):
    """With one gradient wanted both ways are the same way."""
    net, values = network(rng, 4, 3, 2)
    cost = backward_cost(net, values, wrt=("W1",))
    assert cost.shared == cost.separate == cost.by_parameter["W1"]


def test_any_graph_is_counted(rng):
    """A residual branch and a shared W [2 × 2]: each reader of a name costs a product, additions cost none."""
    net = Graph(
        h=(Linear(), "x", "W", "b"), s=(Linear(), "h", "W", "c"), r=(Add(), "s", "h"), J=(SquaredError(), "r", "y")
    )
    values = {a: whole(rng, 2) for a in ("x", "b", "c", "y")} | {"W": whole(rng, 2, 2)}
    cost = backward_cost(net, values)
    loss, add, through, own, bias = 2, 2 * 2, 4, 4, 2
    assert cost.shared == loss + add + (through + own + bias) + (own + bias)
    back = loss + add + through  # every path from J to h, where W and b are read first
    assert cost.by_parameter == {"W": back + 2 * own, "b": back + bias, "c": loss + add // 2 + bias}


def test_gradients_of_data_count_where_there_are_no_parameters(rng):
    """Without parameters, every argument with a derivative."""
    values = {"yhat": whole(rng, 5), "y": whole(rng, 5)}
    cost = backward_cost(Graph(J=(SquaredError(), "yhat", "y")), values)
    assert cost.by_parameter["yhat"] == 5


def test_the_table_reads(rng):
    """Every parameter, both totals and the ratio are in the text."""
    cost = backward_cost(*network(rng, 4, 3, 2))
    text = str(cost)
    assert all(f"∂J/∂{a}" in text for a in ("W1", "b1", "W2", "b2"))
    assert f"{cost.separate}" in text
    assert f"{cost.shared}" in text
    assert f"{cost.separate / cost.shared:.3g}" in text


def test_wrong_names_are_refused(rng):
    """A misspelt parameter is an error, not a count of 0."""
    with pytest.raises(ArgumentError, match="W9"):
        backward_cost(*network(rng, 3, 2), wrt=("W9",))

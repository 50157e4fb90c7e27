"""A recurrent network, unrolled in time: a graph without cycles, in which every step reads the same parameters.

    h_t = f(h_{t−1}, x_t, θ)         t = 1 … T: the cell                           (1)
    J_t = ℓ(h_t, y_t, φ)             the loss of step t, if there is one           (2)
    J   = J_1 + … + J_T                                                            (3)

Backpropagation through this graph is backpropagation through time: θ is read T times, so its T gradients add.

    cell = Graph(s=(Linear(), "x", "Wx", "b"), z=(Linear(), "h", "Wh", "s"), y=(Tanh(), "z"))
    unroll(cell, 3).args             h0, x1, Wx, b, Wh, x2, x3
"""

from __future__ import annotations

from typing import Any

from .errors import ArgumentError, names, nearest
from .graph import Graph
from .layers.add import Add
from .point import Map


def unroll(cell: Map, steps: int, state: str = "h", loss: Map | None = None) -> Graph:
    """T steps of a cell as one graph.

    Args:
        cell: h_t from the previous state, inputs and parameters; its output has the shape of its state.
        steps: T, at least 1.
        state: the argument of the cell that is h_{t−1}.
        loss: a scalar map whose first argument is h_t; the graph then computes (3), else it computes h_T.

    Returns:
        a Graph. Arguments that are parameters of the cell or of the loss keep their names and are shared by all
        steps; every other argument a of step t is called a1 … aT; the first state is h0.

    Raises:
        ArgumentError: no step, no such state, or a parameter that is called like an argument of one step.
    """
    if steps < 1:
        raise ArgumentError(f"unroll needs at least one step, got steps={steps}: write steps=1 or more")
    if state not in cell.args or state in cell.theta:
        data = [a for a in cell.args if a not in cell.theta]
        raise ArgumentError(
            f"the cell has no state {state!r}: write state= one of {names(data)}.{nearest(state, data)}"
        )
    nodes: dict[str, Any] = {}
    for t in range(1, steps + 1):
        nodes[f"{state}{t}"] = (cell, *(f"{state}{t - 1}" if a == state else _at(cell, a, t) for a in cell.args))  # (1)
    if loss is not None:
        for t in range(1, steps + 1):
            nodes[f"J{t}"] = (loss, f"{state}{t}", *(_at(loss, a, t) for a in loss.args[1:]))  # (2)
        for t in range(2, steps + 1):
            so_far = "J1" if t == 2 else f"J1 to {t - 1}"
            nodes[f"J1 to {t}"] = (Add(), so_far, f"J{t}")  # (3)
    _check(nodes, cell, loss, steps)
    return Graph(**nodes)


def _at(map: Map, a: str, t: int) -> str:
    """What argument a is called at step t."""
    return a if a in map.theta else f"{a}{t}"


def _check(nodes: dict[str, Any], cell: Map, loss: Map | None, steps: int) -> None:
    """Refuse a parameter whose name is also that of one step."""
    maps = (cell,) if loss is None else (cell, loss)
    own = {a for map in maps for a in map.args if a not in map.theta}
    of_steps = {f"{a}{t}" for a in own for t in range(steps + 1)} | set(nodes)
    if clash := sorted(of_steps & {a for map in maps for a in map.theta}):
        raise ArgumentError(f"{names(clash)} would name a parameter and something of one step: rename the parameter")

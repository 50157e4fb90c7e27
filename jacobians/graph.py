"""Graph: a list of assignments, each a map applied to names; the literal backward multiplies matrices and nothing else.

    net = Graph(h=(Linear(), "x", "W1", "b1"), a=(ReLU(), "h"),
                s=(Linear(), "a", "W2", "b2"), r=(Add(), "s", "x"),    # x read twice: a branch
                J=(SquaredError(), "r", "y"))                          # one name read twice: a shared parameter

A name that is never assigned is an argument. A name read more than once is a branch: its gradients add. The last
assignment is the output. A graph is a map, so graphs nest.

    g_in   = g_out L^x               for each name a map reads          eq-backpropagation-backward   (1)
    ∂J/∂θ  = g_out L^θ               the same, for parameters           eq-backpropagation-djdtheta   (2)
    g      = Σ g over the readers    at a branch, or a shared parameter                               (3)
    L^a    = g^a with g = I          the whole network's Jacobian                                     (4)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from . import matrix
from .errors import ArgumentError, names, nearest
from .matrix import Array, Matrix
from .point import Map, Point, check_values

Assignment = tuple[Any, ...]  # (map, name, name, …): one name for each argument of the map, in its order


class Graph:
    """A map made of maps.

    Args:
        order: the order of the arguments; by default that in which they are first read.
        assignments: name = (map, *names it reads), in order of evaluation; the last is the output.

    Raises:
        ArgumentError: an assignment that does not fit its map, or reads a name before it is assigned.

    >>> from jacobians.layers.add import Add
    >>> from jacobians.layers.linear import Linear
    >>> net = Graph(s=(Linear(), "x", "W", "b"), y=(Add(), "s", "b"))  # b is read twice
    >>> W = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, -1.0]])
    >>> values = {"x": np.array([1.0, 2.0, 3.0]), "W": W, "b": np.array([0.5, 0.25])}
    >>> net.forward(**values)
    array([ 8. , -0.5])
    >>> G = net.backward(np.array([1.0, -2.0]), **values)
    >>> G["x"], G["b"]
    (array([ 1., -2.,  4.]), array([ 2., -4.]))
    """

    def __init__(self, /, order: Iterable[str] = (), **assignments: Assignment):
        if not assignments:
            raise ArgumentError('a Graph needs at least one assignment: write Graph(y=(Linear(), "x", "W", "b"))')
        self.nodes: dict[str, tuple[Map, tuple[str, ...]]] = {}
        for name, (map, *sources) in assignments.items():
            self.nodes[name] = (map, tuple(sources))
            _check_assignment(name, map, tuple(sources), tuple(assignments), self.nodes)
        self.output = next(reversed(self.nodes))
        read = [(s, a, map) for map, sources in self.nodes.values() for s, a in zip(sources, map.args, strict=True)]
        free = tuple(dict.fromkeys(s for s, _, _ in read if s not in self.nodes))
        self.args = tuple(order) or free
        if set(self.args) != set(free):
            raise ArgumentError(f"order names {names(self.args)}, but the arguments of this graph are {names(free)}")
        self.theta = tuple(s for s in self.args if any(s == t and a in map.theta for t, a, map in read))
        self.constant = tuple(s for s in self.args if all(a in map.constant for t, a, map in read if s == t))
        self.settings: dict[str, Any] = {}

    def forward(self, **values: Array) -> Array:
        """The output at these values."""
        return self.trace(**values)[self.output]

    def trace(self, **values: Array) -> dict[str, Array]:
        """The forward pass: every name with its value, arguments first, then the assignments in order."""
        check_values(self, values)
        known = dict(values)
        for name in self.nodes:
            known[name] = self.at(name, known).forward()
        return known

    def at(self, name: str, known: dict[str, Array]) -> Point:
        """The point at which the assignment `name` is made, given a trace."""
        map, sources = self.nodes[name]
        return Point(map, dict(zip(map.args, (known[s] for s in sources), strict=True)), name)

    def backward(
        self,
        g: Matrix,
        wrt: Iterable[str] | None = None,
        multiply: Callable[..., Matrix] = matrix.multiply,
        **values: Array,
    ) -> dict[str, Matrix]:
        """The literal backward: g · ∂y/∂name for every name, arguments and intermediate results alike.

        Args:
            g: upstream gradient(s), one row of |y| entries or a matrix of such rows.
            wrt: the names whose gradients are wanted; only what leads to them is computed. Default: all arguments.
            multiply: what multiplies g by L (a counting product, say).
            values: the arguments.

        Returns:
            {name: rows of |name| entries}; absent are names without a derivative or without a path to the output.
        """
        known = self.trace(**values)
        needed = self._leading_to(self.args if wrt is None else wrt)
        G: dict[str, Matrix] = {self.output: g}
        for name, (map, sources) in reversed(self.nodes.items()):
            at = self.at(name, known)
            for a, source in zip(map.args, sources, strict=True):
                if name in G and source in needed and a not in map.constant:
                    g_in = multiply(G[name], at.L(a))  # (1) (2)
                    G[source] = G[source] + g_in if source in G else g_in  # (3)
        return G

    def L(self, a: str, /, **values: Array) -> Matrix:
        """∂y/∂a, |y| × |a|: the literal backward of the identity."""
        y = self.forward(**values)
        found = self.backward(matrix.I(np.size(y)), wrt=(a,), **values)  # (4)
        if a in found:
            return found[a]
        return matrix.entries([], [], np.zeros(0, getattr(y, "dtype", np.float64)), (np.size(y), np.size(values[a])))

    def upto(self, name: str) -> Graph:
        """The part of this graph that computes `name`: J of one neuron starts here."""
        if name not in self.nodes:
            raise ArgumentError(
                f"no assignment is called {name!r}: write one of {names(self.nodes)}.{nearest(name, self.nodes)}"
            )
        wanted = {name}
        for node, (_, sources) in reversed(self.nodes.items()):
            wanted |= set(sources) if node in wanted else set()
        kept = {k: (map, *sources) for k, (map, sources) in self.nodes.items() if k in wanted}
        return Graph(order=[a for a in self.args if a in wanted], **kept)

    def _leading_to(self, wrt: Iterable[str]) -> set[str]:
        """The names whose gradient is needed on the way from the output to `wrt`."""
        needed = set(wrt)
        for name, (_, sources) in self.nodes.items():
            needed |= {name} if needed & set(sources) else set()
        return needed

    def _repr_html_(self) -> str:
        """What a notebook shows: the forward network, and below it the backward network."""
        from .show.html import graph_html

        return graph_html(self)

    def __repr__(self) -> str:
        return f"Graph({', '.join(f'{k}={map!r}' for k, (map, _) in self.nodes.items())})"


def _check_assignment(name: str, map: Any, sources: tuple[Any, ...], assigned: tuple[str, ...], before: Any) -> None:
    """Say what is wrong with one assignment, and what to write."""
    if not isinstance(map, Map) or isinstance(map, type):
        raise ArgumentError(f"{name}=({map!r}, …) must start with a map: write {name}=(Linear(), …), an instance")
    if len(sources) != len(map.args) or not all(isinstance(s, str) for s in sources):
        wanted = ", ".join(f'"{a}"' for a in map.args)
        raise ArgumentError(
            f"{name}: {map!r} takes {names(map.args)}; write {name}=({map!r}, {wanted}), one name for each"
        )
    late = [s for s in sources if s in assigned and (s not in before or s == name)]
    if late:
        raise ArgumentError(f"{name} reads {names(late)} before it is assigned: put that assignment first (no cycles)")

"""The backward pass as a network: forward–backward is just a bigger neural network, and its second half is linear.

Gradients are columns here. Since (A B)ᵀ = Bᵀ Aᵀ, a layer with Jacobian L^x sends back

    g_inᵀ = (L^x)ᵀ g_outᵀ          a linear layer with weights W = (L^x)ᵀ and b = 0          (1)
    gᵀ    = Σ g_inᵀ                where an activation is read more than once: Add           (2)
    ∂J/∂θ = g_out L^θ              one more product for each layer                           (3)

Behind a linear layer the weights (1) are Wᵀ; behind a pointwise layer a gate, the diagonal H' of the activations.
The forward network computes the weights of the backward network, so it is a hypernetwork. The products are those of
Graph.backward; only the order within a sum may differ, so results are equal up to its rounding, and equal where it is
exact.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .errors import ArgumentError
from .graph import Graph
from .layers.add import Add
from .layers.linear import Linear
from .matrix import Array
from .point import Point


def backward_network(net: Graph, values: dict[str, Array], g: Array | None = None) -> Point:
    """The backward network of a graph at these values, as a point: a graph, and its weights and input.

    Args:
        net: any graph, whatever its maps are.
        values: the arguments of the graph.
        g: upstream gradient, |output| entries. Default: 1, the gradient of a scalar J with respect to itself.

    Returns:
        a Point of a Graph made of Linear and Add alone. `point.map.trace(**point.values)["g_" + name]` is the
        gradient with respect to `name`, |name| entries, for every activation and data argument, as in Graph.backward.

    Raises:
        ArgumentError: no g for an output that is not scalar, or a g of another size.
        TooLarge: the weights are dense, and one of them would not fit in memory.
    """
    known = net.trace(**values)
    given = {f"g_{net.output}": _upstream(net, known, g)}
    nodes: dict[str, Any] = {}
    readers: dict[str, list[str]] = {}  # name: the terms of its gradient
    for name, (map, sources) in reversed(net.nodes.items()):
        _sum(nodes, name, readers.get(name, []))
        at = net.at(name, known)
        for a, source in zip(map.args, sources, strict=True):
            if (name in readers or name == net.output) and a not in map.constant and source not in net.theta:
                W, b, term = f"L_{name}.{a}ᵀ", f"0_{name}.{a}", f"g_{source} from {name}.{a}"
                given[W] = at.L(a, "dense").T
                given[b] = np.zeros(len(given[W]), given[W].dtype)
                nodes[term] = (Linear(), f"g_{name}", W, b)  # (1)
                readers.setdefault(source, []).append(term)
    for name in net.args:
        _sum(nodes, name, readers.get(name, []))
    if not nodes:
        raise ArgumentError(
            f"{net!r} reads only parameters and constants, nothing to send back: use parameter_gradients"
        )
    return Point(Graph(**nodes), given, "backward")


def parameter_gradients(net: Graph, values: dict[str, Array], g: dict[str, Array]) -> dict[str, Array]:
    """∂J/∂θ for every parameter, a row of |θ| entries, from what the backward network computed.

    Args:
        net: the forward network.
        values: its arguments.
        g: the trace of its backward network, with "g_" + name for every activation.
    """
    known = net.trace(**values)
    found: dict[str, Array] = {}
    for name, (map, sources) in reversed(net.nodes.items()):
        at = net.at(name, known)
        for a, source in zip(map.args, sources, strict=True):
            if source in net.theta and a not in map.constant and f"g_{name}" in g:
                term = g[f"g_{name}"] @ at.L(a)  # (3)
                found[source] = found[source] + term if source in found else term
    return found


def _sum(nodes: dict[str, Any], name: str, terms: list[str]) -> None:
    """Assign g_name = the sum of these terms, in their order. (2)"""
    if len(terms) == 1:
        nodes[f"g_{name}"] = nodes.pop(terms[0])
    for k in range(1, len(terms)):
        left = terms[0] if k == 1 else f"g_{name}, {k} terms"
        nodes[f"g_{name}" if k == len(terms) - 1 else f"g_{name}, {k + 1} terms"] = (Add(), left, terms[k])


def _upstream(net: Graph, known: dict[str, Array], g: Array | None) -> Array:
    """g as a vector of |output| entries."""
    size = np.size(known[net.output])
    if g is None and size != 1:
        raise ArgumentError(f"the output {net.output} has {size} entries: write g, one number for each")
    row = np.ones(1) if g is None else np.reshape(g, -1)
    if row.size != size:
        raise ArgumentError(f"g has {row.size} entries, the output {net.output} has {size}: write one for each")
    return row

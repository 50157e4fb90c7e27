"""A graph in text: each assignment of the forward pass, then each product of the backward pass, with their shapes."""

from __future__ import annotations

import numpy as np

from ..graph import Graph
from ..matrix import Array, Matrix
from .colour import Pen
from .layout import WIDTH, Lines, fitting
from .network import map_name
from .numbers import shape_of
from .text import row_lines


def graph_page(net: Graph, values: dict[str, Array], pen: Pen | None = None, width: int = WIDTH) -> str:
    """The forward and the backward pass of a graph at these values.

    Args:
        net: any graph.
        values: its arguments.
        pen: how to colour; by default plainly.
        width: how many places a line may take.

    The backward pass starts from g = 1 where the output is a number, from small whole numbers where it is not.
    """
    pen = pen or Pen()
    known = net.trace(**values)
    lines = [pen.bold("forward"), *_moved(_forward(net, known, pen), width), "", pen.bold("backward")]
    return "\n".join([*lines, *_moved(_backward(net, known, pen), width)])


def _forward(net: Graph, known: dict[str, Array], pen: Pen) -> Lines:
    named = {name: name for name in net.args}
    named |= {name: f"{name} = {map_name(map)}({', '.join(s)})" for name, (map, s) in net.nodes.items()}
    return _columns([(said, shape_of(known[n]), _numbers(known[n], pen)) for n, said in named.items()])


def _backward(net: Graph, known: dict[str, Array], pen: Pen) -> Lines:
    """Each product as Graph.backward makes it, from J back; a name read more than once has the sum of its terms."""
    size = np.size(known[net.output])
    G: dict[str, Matrix] = {net.output: np.resize([1.0, -2.0, 3.0, 2.0, -1.0, -3.0], size)}
    rows = [(f"g^{net.output}", f"[1 × {size}]", _numbers(G[net.output], pen))]
    for name, (map, sources) in reversed(net.nodes.items()):
        at = net.at(name, known)
        for a, source in zip(map.args, sources, strict=True):
            if name in G and a not in map.constant:
                L = at.L(a)
                term, plus = G[name] @ L, "+= " if source in G else "= "
                G[source] = G[source] + term if source in G else term
                shapes = f"[1 × {L.shape[0]}] · [{L.shape[0]} × {L.shape[1]}] = [1 × {L.shape[1]}]"
                rows.append((f"g^{source} {plus}g^{name} · L^{a} of {map_name(map)}", shapes, _numbers(G[source], pen)))
    return _columns(rows)


def _numbers(values: Array, pen: Pen) -> str:
    return row_lines(np.asarray(values), pen)[0]


def _columns(rows: list[tuple[str, str, str]]) -> Lines:
    first, second = (max(len(row[k]) for row in rows) for k in (0, 1))
    return [f"{a:<{first}}   {b:<{second}}   {c}" for a, b, c in rows]


def _moved(lines: Lines, width: int) -> Lines:
    return [piece for line in lines for piece in fitting(f"  {line}", width)]

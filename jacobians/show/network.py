"""A graph as the chapter draws it: the forward network, and below it the backward network, as boxes and arrows.

Data and gradients are pills, maps and Jacobians boxes; they alternate. The backward network stands below, mirrored: it
is linear, and each of its boxes is an L that the forward network computed. Places are in units of one box.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from ..graph import Graph
from ..layer import Layer
from ..layers import name_of
from ..matrix import Array
from ..point import Map

# The colours of the chapter, fig-backpropagation-backprop_as_neural_net.
COLOURS = {
    "data": "#72E254", "parameter": "#69B0F9", "map": "#F2D69E", "gradient": "#E8776F", "jacobian": "#F7E059",
}  # fmt: skip
DEEPER, LANE = 2.0, 2.2  # how far the backward network stands below the forward one, and a lane below another


@dataclass(frozen=True)
class Box:
    """One thing that is drawn: its kind (a key of COLOURS), its two lines of text, and its place."""

    kind: str
    text: str
    shape: str
    x: float
    y: float


@dataclass
class Network:
    """Boxes by name, and arrows (from, to, dashed)."""

    boxes: dict[str, Box] = field(default_factory=dict[str, Box])
    arrows: list[tuple[str, str, bool]] = field(default_factory=list[tuple[str, str, bool]])

    @property
    def size(self) -> tuple[float, float]:
        """How many units it is wide and high, from (0, 0)."""
        return (max((b.x for b in self.boxes.values()), default=0), max((b.y for b in self.boxes.values()), default=0))


def network(net: Graph, values: dict[str, Array] | None = None, backward: bool = True) -> Network:
    """Lay out a graph.

    Args:
        net: the graph.
        values: its arguments, for the shapes; None: without them.
        backward: whether the backward network is drawn too.
    """
    known = net.trace(**values) if values is not None else {}
    depth, lane = _places(net)
    drawn = Network()
    for name, (map, sources) in net.nodes.items():
        x, y = 2.0 * depth[name], LANE * lane[name] + 1.1
        drawn.boxes[name] = Box("data", name, _shape(known, name), x, y)
        drawn.boxes[f"{name} ="] = Box("map", map_name(map), "", x - 1, y)
        drawn.arrows.append((f"{name} =", name, False))
        for source, place in zip(beside := [s for s in sources if s not in depth], _spread(len(beside)), strict=True):
            kind = "parameter" if source in net.theta else "data"
            drawn.boxes.setdefault(source, Box(kind, source, _shape(known, source), x - 1 + place, y - 1.1))
        for source in sources:
            if source in net.args and source in depth:
                at = Box("data", source, _shape(known, source), 2.0 * depth[source], LANE * lane[source] + 1.1)
                drawn.boxes.setdefault(source, at)
            drawn.arrows.append((source, f"{name} =", False))
    if backward:
        _backward(net, known, drawn, set(depth), DEEPER + LANE * max(lane.values()))
    top = min(box.y for box in drawn.boxes.values())
    drawn.boxes = {name: replace(box, y=box.y - top) for name, box in drawn.boxes.items()}
    return drawn


def _backward(net: Graph, known: dict[str, Array], drawn: Network, along: set[str], below: float) -> None:
    """The gradients below what they belong to, the L between them, those of parameters below the L."""
    reached = {net.output}
    for name, (map, sources) in reversed(net.nodes.items()):
        if name not in reached:
            continue
        at = drawn.boxes[name]
        _gradient(drawn, known, name, at.x, at.y + below)
        backs = [(a, s) for a, s in zip(map.args, sources, strict=True) if a not in map.constant]
        reached |= {s for _, s in backs}
        through = sorted(((a, s) for a, s in backs if s in along), key=lambda pair: -drawn.boxes[pair[1]].x)
        for (a, source), place in zip(through, _spread(len(through), 0.75), strict=True):
            box = f"L {name} {a}"
            shape = _jacobian_shape(known, name, source)
            drawn.boxes[box] = Box("jacobian", f"L^{a}", shape, at.x - 1, at.y + below - place)
            _gradient(drawn, known, source, drawn.boxes[source].x, drawn.boxes[source].y + below)
            drawn.arrows += [(f"g {name}", box, False), (box, f"g {source}", False), (f"{name} =", box, True)]
        ending = [s for _, s in backs if s not in along]
        low = at.y + below + 1.1 + 0.375 * max(len(through) - 1, 0)
        for source, place in zip(ending, _spread(len(ending)), strict=True):
            text = f"∂J/∂{source}" if source in net.theta else f"g^{source}"
            end = Box("gradient", text, _row(known, source), at.x - 1 + place, low)
            drawn.boxes.setdefault(f"g {source}", end)
            drawn.arrows.append((f"g {name}", f"g {source}", False))


def _spread(n: int, step: float = 0.9) -> list[float]:
    """n places around 0, `step` apart."""
    return [step * (k - (n - 1) / 2) for k in range(n)]


def _gradient(drawn: Network, known: dict[str, Array], name: str, x: float, y: float) -> None:
    drawn.boxes.setdefault(f"g {name}", Box("gradient", f"g^{name}", _row(known, name), x, y))


def _places(net: Graph) -> tuple[dict[str, int], dict[str, int]]:
    """How far along each name stands, and in which lane. Absent: arguments that stand beside what reads them.

    Those are the parameters, and whatever a map reads first in another place than its first (the target of a loss).
    """
    depth: dict[str, int] = {}
    for name, (_, sources) in net.nodes.items():
        depth[name] = 1 + max((depth[s] for s in sources if s in net.nodes), default=0)
    seen = set(net.theta)
    for name, (_, sources) in net.nodes.items():
        if sources[0] in net.args and sources[0] not in seen:
            depth[sources[0]] = depth[name] - 1
        seen |= set(sources)
    lane: dict[str, int] = {}
    for at in set(depth.values()):
        lane |= {n: k for k, n in enumerate(n for n in depth if depth[n] == at)}
    return depth, lane


def map_name(map: Map) -> str:
    """The name a map goes by: its file's, or its class's."""
    return name_of(map) if isinstance(map, Layer) else type(map).__name__


def _shape(known: dict[str, Array], name: str) -> str:
    return "×".join(map(str, np.shape(known[name]))) if name in known else ""


def _row(known: dict[str, Array], name: str) -> str:
    return f"1×{np.size(known[name])}" if name in known else ""


def _jacobian_shape(known: dict[str, Array], name: str, source: str) -> str:
    return f"{np.size(known[name])}×{np.size(known[source])}" if name in known else ""

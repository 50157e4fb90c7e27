"""The forward and backward network of a graph, drawn with matplotlib in the chapter's colours."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ..graph import Graph
from ..matrix import Array
from .canvas import figure, save
from .network import COLOURS, Box, Network, network
from .places import HIGH, WIDE, canvas, centre, curve


def draw_network(net: Graph, values: dict[str, Array] | None, path: str, backward: bool = True) -> None:
    """Draw a graph into a file: the forward network, and below it the backward network, which is linear.

    Args:
        net: any graph.
        values: its arguments, for the shapes; None: without them.
        path: where to: .png, .svg or .pdf.
        backward: whether the backward network is drawn too.

    Raises:
        UnknownName: matplotlib is not installed.
        BadFile: nothing can be written to that path.
    """
    drawn = network(net, values, backward)
    width, height = canvas(drawn)
    whole = figure(path, width / 90, height / 90)
    axes = whole.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
    axes.axis("off")
    for a, b, dashed in drawn.arrows:
        _arrow(axes, drawn, a, b, dashed)
    for box in drawn.boxes.values():
        _box(axes, box)
    save(whole, path)


def _arrow(axes: Any, drawn: Network, a: str, b: str, dashed: bool) -> None:
    patches: Any = import_module("matplotlib.patches")
    Path: Any = import_module("matplotlib.path").Path

    start, end, middle = curve(drawn.boxes[a], drawn.boxes[b])
    line = Path([start, middle, end], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    look = {"linestyle": (0, (2, 3)), "alpha": 0.6} if dashed else {}
    axes.add_patch(
        patches.FancyArrowPatch(path=line, arrowstyle="-|>", mutation_scale=9, color="#777777", zorder=1, **look)
    )


def _box(axes: Any, box: Box) -> None:
    patches: Any = import_module("matplotlib.patches")

    x, y = centre(box)
    round = 4 if box.kind in ("map", "jacobian") else HIGH / 2
    axes.add_patch(
        patches.FancyBboxPatch(
            (x - WIDE / 2 + round, y - HIGH / 2 + round), WIDE - 2 * round, HIGH - 2 * round,
            boxstyle=f"round,pad={round}", facecolor=COLOURS[box.kind], edgecolor="#00000033", zorder=2,
        )
    )  # fmt: skip
    size = 9.5 if len(box.text) < 11 else 9.5 * 11 / len(box.text)
    axes.text(x, y - (5 if box.shape else 0), box.text, ha="center", va="center", fontsize=size, zorder=3)
    if box.shape:
        axes.text(x, y + 10, box.shape, ha="center", va="center", fontsize=7, zorder=3)

"""The table of layers: equation, arguments, and of each L^a its size, its form, and how many of its entries are stored.

Everything is read off the layers themselves, at their typical point of size 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

import numpy as np

from .kinds import is_sparse
from .layer import Layer
from .layers import find_all
from .point import Point, differentiable

SIZE = 4
WIDTH = 100


@dataclass(frozen=True)
class Row:
    """One layer, in words."""

    name: str
    equation: str
    arguments: str
    jacobians: list[str]


def rows() -> list[Row]:
    """Every layer, in alphabetical order."""
    return [_row(name, layer) for name, layer in find_all().items()]


def _row(name: str, layer: type[Layer]) -> Row:
    point = next(iter(layer.points(np.random.default_rng(0), SIZE)))
    map = point.map
    x = [a for a in map.args if a not in (*map.theta, *map.constant)]
    kinds = (("", x), ("θ: ", map.theta), ("constant: ", map.constant))
    arguments = "; ".join(said + ", ".join(which) for said, which in kinds if which)
    return Row(name, layer.equation(), arguments, [_jacobian(point, a) for a in differentiable(map)])


def _jacobian(point: Point, a: str) -> str:
    L = point.L(a)
    kind = "sparse" if is_sparse(L) else "dense"
    stored = L.nnz if is_sparse(L) else L.size
    return f"L^{a} {L.shape[0]}×{L.shape[1]} {kind} {stored}/{L.shape[0] * L.shape[1]}"


def table(markdown: bool = False) -> str:
    """The table as text, or as the Markdown that README holds."""
    return _markdown() if markdown else _text()


def _text() -> str:
    """Of each layer a line with its equation, and below it, moved in, its arguments and Jacobians."""
    lines = [
        _line("layer", "equation"),
        *_below(["arguments", "L^a at a small point: rows×columns, form, entries stored/of all"]),
    ]
    for row in rows():
        lines += [_line(row.name, row.equation), *_below([row.arguments, *row.jacobians])]
    return "\n".join(lines)


def _line(name: str, equation: str) -> str:
    return f"{name:<20} {equation}"


def _below(parts: list[str]) -> list[str]:
    """The parts side by side, in as many lines as they need; a part is never broken."""
    whole = " | ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in parts)
    lines = wrap(
        whole, WIDTH, initial_indent="    ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )
    return [line.replace("\N{NO-BREAK SPACE}", " ").removesuffix(" |") for line in lines]


def _markdown() -> str:
    head = ("layer", "equation", "arguments", "L^a at a small point: rows×columns, form, entries stored/of all")
    lines = ["| " + " | ".join(head) + " |", "|---|---|---|---|"]
    for row in rows():
        cells = (row.name, row.equation, row.arguments, "<br>".join(row.jacobians))
        lines.append("| " + " | ".join(cell.replace("|", "∣") for cell in cells) + " |")
    return "\n".join(lines)

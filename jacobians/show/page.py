"""`jacobians show`: the forward and the backward of one point, as matrices with their shapes."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from ..layer import Layer
from ..matrix import Array
from ..point import Point
from .arrays import array_lines, named_arrays
from .colour import Pen
from .layout import WIDTH, Lines, titled
from .numbers import shape_of
from .product import Product, products
from .text import product_lines

_MOST = 4096  # entries of an L that is drawn, be it as a pattern


def page(
    point: Point, g: Array, title: str, arguments: Sequence[str] | None = None, pen: Pen | None = None,
    width: int = WIDTH,
) -> str:  # fmt: skip
    """The point in text: its arguments and y, then g · L^a = g^a for each argument.

    Args:
        point: a map at given arguments.
        g: upstream gradient, |y| entries in any shape.
        title: the first line.
        arguments: which Jacobians; by default every one. "theta" is all parameters side by side.
        pen: how to colour; by default plainly.
        width: how many places a line may take.
    """
    pen = pen or Pen()
    lines = [pen.bold(title), "", *forward_lines(point, pen, width), ""]
    out = output_name(point)
    lines.append(pen.bold(f"backward  g = ∂J/∂{out} {_row(np.size(g))}, and for each argument g^a = g · L^a"))
    for product in products(point, g, arguments):
        lines += ["", *_backward(product, pen, width)]
    return "\n".join(line.rstrip() for line in lines)


def forward_lines(point: Point, pen: Pen, width: int = WIDTH) -> Lines:
    """The arguments, and what forward makes of them."""
    out = output_name(point)
    said = pen.bold(f"forward   {out} = f({', '.join(point.map.args)})") + settings_said(point)
    return [said, *moved(named_arrays({**point.values, out: point.forward()}, width - 2))]


def settings_said(point: Point) -> str:
    """'   with stride=(2, 1)': the settings that are not the default ones."""
    changed = repr(point.map).partition("(")[2].removesuffix(")")
    return f"    with {changed}" if isinstance(point.map, Layer) and changed else ""


def output_name(point: Point) -> str:
    """What the layer's equation calls its output: y, or J."""
    equation = getattr(point.map, "equation", lambda: "")()
    found = re.match(r"\w+", equation)
    name = found[0] if found else "y"
    return name if name not in point.map.args else "out"


def heading(product: Product, width: int = WIDTH) -> Lines:
    """'g · L^W = g^W   [1 × 3] · [3 × 6] = [1 × 6]   L^W sparse, 6 of 18 entries stored', in one line or two."""
    a, (M, N) = product.name, product.L.shape
    shapes, form = f"g · L^{a} = g^{a}    {_row(M)} · [{M} × {N}] = {_row(N)}", f"L^{a} {product.form}"
    return [f"{shapes}    {form}"] if len(shapes) + len(form) + 4 <= width else [shapes, form]


def _backward(product: Product, pen: Pen, width: int) -> Lines:
    lines = [pen.bold(line) for line in heading(product, width)]
    if product.L.shape[0] * product.L.shape[1] > _MOST:
        return [*lines, "  (too large to draw in text; --plot OUT.png draws it)"]
    lines += moved(product_lines(product, pen, width - 2))
    if len(product.shape) > 1:
        said = f"in the shape of {product.name} {shape_of(np.empty(product.shape))}"
        lines += moved(["", *titled(said, array_lines(product.result.reshape(product.shape), width - 2))])
    return lines


def _row(n: int) -> str:
    return f"[1 × {n}]"


def moved(lines: Lines) -> Lines:
    """The lines, moved in."""
    return [f"  {line}" for line in lines]

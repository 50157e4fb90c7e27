"""`jacobians explain`: one small backward pass, step by step, with numbers."""

from __future__ import annotations

import sys

import numpy as np

from ..layer import Layer
from ..layers import name_of
from ..matrix import Array
from ..point import Point
from .arrays import array_lines
from .colour import Pen
from .equal import equal_lines
from .formulas import formulas
from .layout import WIDTH, Lines, titled
from .numbers import numbers, shape_of
from .page import forward_lines, heading, moved, output_name
from .product import Product, products
from .text import product_lines, row_lines
from .twin import Agreement, compare, find_twin, source_of

_TERMS = 6  # a sum of more is not written out


def explain(
    layer: type[Layer], point: Point, g: Array, file: str | None = None, pen: Pen | None = None, width: int = WIDTH
) -> tuple[str, bool]:
    """The walk in text, and whether fast code gave g · L.

    Args:
        layer: what is explained.
        point: a small point of it.
        g: upstream gradient, |y| entries.
        file: a person's own forward and backward, to be compared in place of reference/.
        pen: how to colour; by default plainly.
        width: how many places a line may take.

    Raises:
        BadFile: the file cannot be used at this point.
    """
    pen = pen or Pen()
    lines = [pen.bold(f"{name_of(layer)}, step by step: {layer.equation()}"), ""]
    if said := formulas(sys.modules[layer.__module__]):
        lines += [pen.faint(f"Its mathematics, from jacobians/layers/{name_of(layer)}.py:"), *moved(said), ""]
    lines += [*_step(1, forward_lines(point, pen, width), pen), "", *_upstream(point, g, pen, width)]
    drawn = products(point, g)
    for k, product in enumerate(drawn, start=3):
        lines += ["", *_step(k, _jacobian(product, output_name(point), pen, width), pen)]
    fast = find_twin(layer, file)
    k = len(drawn) + 3
    if fast is None:
        said = f"there is no reference/{name_of(layer)}.py to compare with"
        return "\n".join([*lines, "", *_step(k, [said], pen)]), True
    agreements = compare(fast, layer, point, g)
    lines += ["", *_step(k, ["The efficient way, without any L: " + source_of(fast)], pen)]
    lines += [*moved(formulas(fast)), "", *_gradients(agreements, width)]
    lines += ["", *_step(k + 1, ["Are they equal?"], pen), *equal_lines(drawn, agreements, pen)]
    if file is not None:
        asked = f"jacobians check {file} --layer {name_of(layer)}"
        lines += ["", f"This was one example at one point: `{asked}` asks for every entry, and for batches."]
    return "\n".join(line.rstrip() for line in lines), not any(one.wrong.any() for one in agreements.values())


def _step(k: int, lines: Lines, pen: Pen) -> Lines:
    return [f"{pen.bold(f'{k}.')} {lines[0]}", *lines[1:]]


def _upstream(point: Point, g: Array, pen: Pen, width: int) -> Lines:
    out = output_name(point)
    y = point.forward()
    if np.ndim(y) == 0:
        said = f"The upstream gradient: {out} is the cost itself, so g = ∂J/∂J = 1."
    else:
        said = f"The upstream gradient: what follows sends back g = ∂J/∂{out}, a number for each entry of {out}."
    whole = f"g = {row_lines(g, pen)[0]}    [1 × {np.size(g)}]"
    short = f"g has {np.size(g)} entries, [1 × {np.size(g)}]"
    return [*_step(2, [said], pen), f"  {whole if len(whole) < width else short}"]


def _jacobian(product: Product, out: str, pen: Pen, width: int) -> Lines:
    a, (M, N) = product.name, product.L.shape
    rows = f"a row for each of the {M} entries of {out}" if M > 1 else "one row"
    each = f"{rows}, a column for each of the {N} of {a}" if N > 1 else f"{rows}, one column"
    said = f"The Jacobian L^{a} = ∂{out}/∂{a}: {each}."
    head = [pen.bold(line) for line in heading(product, width - 2)]
    lines = [said, *moved([*head, *product_lines(product, pen, width - 2)])]
    if entry := _worked_out(product, width):
        lines += moved([entry])
    return lines


def _worked_out(product: Product, width: int) -> str:
    """The sum behind one entry of g · L, the one of the most terms that a line can hold."""
    terms = [np.flatnonzero(column & (product.g != 0)) for column in (product.dense != 0).T]
    fitting = [j for j, rows in enumerate(terms) if 0 < len(rows) <= _TERMS]
    for j in sorted(fitting, key=lambda j: -len(terms[j])):
        if len(said := _written_out(product, j, terms[j])) <= width - 2:
            return said
    return ""


def _written_out(product: Product, j: int, rows: Array) -> str:
    g, L = numbers(product.g[rows]), numbers(product.dense[rows, j])
    said = " + ".join(f"{_factor(a)} · {_factor(b)}" for a, b in zip(g, L, strict=True))
    index = ", ".join(map(str, np.unravel_index(j, product.shape or (1,))))
    entry = f"[{index}]" if product.shape else ""
    return f"for one entry: ∂J/∂{product.name}{entry} = {said} = {numbers(product.result[j : j + 1])[0]}"


def _factor(number: str) -> str:
    return f"({number})" if number.startswith("-") else number


def _gradients(agreements: dict[str, Agreement], width: int) -> Lines:
    lines: Lines = []
    for a, one in agreements.items():
        lines += titled(f"∂J/∂{a} {shape_of(one.got)}", array_lines(one.got, width - 2))
    return moved(lines)

"""Matrices and products in text, as the chapter draws them; zeros that a sparse matrix does not store are dots."""

from __future__ import annotations

import numpy as np

from .colour import Pen
from .layout import WIDTH, Lines, bracketed, fitting, side_by_side, width_of
from .numbers import numbers
from .product import Product

_MOST_ROWS = 24  # a matrix of more rows is drawn as a pattern


def product_lines(product: Product, pen: Pen, width: int = WIDTH) -> Lines:
    """g · L^a = g^a: the three side by side, the answer below where that is too wide, or the pattern of L alone."""
    g = row_lines(product.g, pen, product.row_cuts)
    L = matrix_lines(product, pen)
    answer = row_lines(product.result, pen, product.column_cuts)
    if len(product.g) > _MOST_ROWS or 4 + width_of(L) > width:
        return [*pattern_lines(product, pen, width), *fitting(f"= {answer[0]}", width)]
    if width_of(g) + width_of(L) + 3 <= width - 2:
        whole = side_by_side([g, ["·"], L, ["="], answer])
        if width_of(whole) <= width:
            return whole
        return [*side_by_side([g, ["·"], L]), *fitting(f"= {answer[0]}", width)]
    return [*fitting(g[0], width), *side_by_side([["·"], L]), *fitting(f"= {answer[0]}", width)]


def row_lines(values: np.ndarray, pen: Pen, cuts: tuple[int, ...] = ()) -> Lines:
    """A row vector with its blocks told apart."""
    cells = numbers(values)
    parts = [" ".join(cells[i:j]) for i, j in zip((0, *cuts), (*cuts, len(cells)), strict=True)]
    said = " │ ".join(pen.block(part, k) if cuts else part for k, part in enumerate(parts))
    return [f"[ {said} ]"]


def matrix_lines(product: Product, pen: Pen) -> Lines:
    """L with its brackets, its blocks of columns told apart by bars and colours, its blocks of rows by rules."""
    M, N = product.L.shape
    text = np.array(numbers(product.dense), dtype=object).reshape(M, N)
    cells = np.where(product.stored, text, "·")
    widths = [max(map(len, column), default=1) for column in cells.T]
    lines: Lines = []
    for i in range(M):
        if i in product.row_cuts:
            lines.append(pen.faint(_ruled(widths, product.column_cuts)))
        parts = [list[str]() for _ in range(len(product.column_cuts) + 1)]
        for j in range(N):
            k = product.block_of_column(j)
            cell = f"{cells[i, j]:>{widths[j]}}"
            painted = pen.block(cell, k) if len(parts) > 1 else cell
            parts[k].append(painted if product.stored[i, j] else pen.faint(cell))
        lines.append(pen.faint(" │ ").join(" ".join(part) for part in parts))
    head = _names_above(product, widths)
    return [*head, *bracketed(lines, sum(widths) + N - 1 + 2 * len(product.column_cuts))]


def pattern_lines(product: Product, pen: Pen, width: int = WIDTH) -> Lines:
    """Where L is not zero, one sign an entry (several entries, where it is large)."""
    there = product.stored & (product.dense != 0)
    M, N = there.shape
    down, across = -(-M // 48), -(-N // (width - 6))
    rows = -(-M // down)
    lines: Lines = []
    for i in range(rows):
        line = ""
        for j in range(0, N, across):
            full = there[i * down : (i + 1) * down, j : j + across].any()
            k = product.block_of_column(j)
            line += pen.block("■", k) if full else pen.faint("·")
        lines.append(line)
    each = f"one sign stands for {down} × {across} entries; " if down * across > 1 else ""
    return [*bracketed(lines, -(-N // across)), f"({each}■ where L^{product.name} is not zero)"]


def _names_above(product: Product, widths: list[int]) -> Lines:
    """The names of the blocks of columns, where each fits above its block."""
    ends = (*product.column_cuts, len(widths))
    room = [sum(widths[i:j]) + j - i - 1 for i, j in zip((0, *product.column_cuts), ends, strict=True)]
    if not product.column_names or any(len(n) > r for n, r in zip(product.column_names, room, strict=True)):
        return []
    return ["  " + "   ".join(f"{n:^{r}}" for n, r in zip(product.column_names, room, strict=True)) + "  "]


def _ruled(widths: list[int], cuts: tuple[int, ...]) -> str:
    ends = (*cuts, len(widths))
    return "─┼─".join("─" * (sum(widths[i:j]) + j - i - 1) for i, j in zip((0, *cuts), ends, strict=True))

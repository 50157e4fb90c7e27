"""Drawings of a point: for each argument the row g, the matrix L^a, and their product, block by block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import ArgumentError
from ..matrix import Array
from ..point import Point
from .canvas import figure, save
from .cells import READABLE, draw_cells
from .product import Product, products

CELL, GAP, MOST = 0.42, 0.55, 11.0  # inches: a cell, what stands between two matrices, the widest figure
_MOST_ENTRIES = 4_000_000  # of a matrix that is drawn: more than a screen has dots
ROW = 0.16  # inches: a row of tiny cells is at least so high
HEAD, FOOT = 0.62, 0.22  # inches above a matrix, for its name, and below
Part = tuple[str, np.ndarray, np.ndarray | None, tuple[int, ...], tuple[int, ...]]


def draw_point(point: Point, g: Array, path: str, title: str = "", arguments: Sequence[str] | None = None) -> None:
    """Draw g · L^a = g^a for each argument into a file.

    Args:
        point: a map at given arguments.
        g: upstream gradient, |y| entries.
        path: where to: .png, .svg or .pdf.
        title: above it all.
        arguments: which Jacobians; by default every one. "theta" is all parameters side by side.

    Raises:
        UnknownName: matplotlib is not installed, or there is no such argument.
        BadFile: nothing can be written to that path.
    """
    figure(path, 1, 1)  # refused before any work
    bands = [_Band(product) for product in products(point, g, arguments)]
    for band in bands:
        M, N = band.product.L.shape
        if M * N > _MOST_ENTRIES:
            instead = "take a smaller --size, or another --argument"
            raise ArgumentError(f"L^{band.product.argument} of {M} × {N} is more than a picture shows: {instead}")
    width = max([4.5, *(band.width for band in bands)])
    top = sum(band.height for band in bands)
    whole = figure(path, width, top + 0.4)
    if title:
        whole.text(0.2 / width, (top + 0.2) / (top + 0.4), title, fontsize=13, fontweight="bold", va="center")
    for band in bands:
        top -= band.height
        band.draw(whole, top)
    save(whole, path)


class _Band:
    """One product: g, L and g^a beside each other on a middle line; a wide L with g above and g^a below, in line."""

    def __init__(self, product: Product):
        M, N = product.L.shape
        self.product = product
        self.cell = min(CELL, (MOST - 2 * GAP) / (M + 2 * N), 6.0 / M)
        self.stacked = self.cell < READABLE
        if self.stacked:
            self.cell = min(CELL, MOST / max(M, N), 6.0 / M)
            self.width = self.cell * max(M, N) + 0.4
            self.height = self.cell * M + 2 * self.row + 3 * HEAD + FOOT
        else:
            self.width = self.cell * (M + 2 * N) + 2 * GAP + 0.4
            self.height = self.cell * M + HEAD + FOOT

    @property
    def row(self) -> float:
        """How high g and g^a are: a row that stands alone may be higher than wide."""
        return max(self.cell, ROW) if self.stacked else self.cell

    def parts(self) -> list[Part]:
        """Name, values, which are stored, and the cuts of g, L and g^a."""
        p, (M, N), a = self.product, self.product.L.shape, _math(self.product.name)
        between = "  " if self.stacked else "\n"
        return [
            (f"$g$  [1 × {M}]", p.g[None], None, (), p.row_cuts),
            (f"$L^{{{a}}}$  [{M} × {N}]{between}{p.form}", p.dense, p.stored, p.row_cuts, p.column_cuts),
            (f"$g^{{{a}}} = g \\cdot L^{{{a}}}$  [1 × {N}]", p.result[None], None, (), p.column_cuts),
        ]

    def draw(self, whole: Any, bottom: float) -> None:
        """Draw the three matrices, the lowest line of the band being `bottom` inches high."""
        left, top = 0.2, bottom + self.height
        middle = bottom + FOOT + self.cell * self.product.L.shape[0] / 2
        for k, (name, values, *rest) in enumerate(self.parts()):
            rows, columns = values.shape
            if self.stacked:
                top -= HEAD + (rows * self.cell if k == 1 else self.row)
                self._matrix(whole, left, top, name, values, *rest)
                continue
            self._matrix(whole, left, middle - rows * self.cell / 2, name, values, *rest)
            left += columns * self.cell
            if k < 2:
                self._sign(whole, left + GAP / 2, middle, "·="[k])
            left += GAP

    def _matrix(self, whole: Any, left: float, bottom: float, name: str, values: np.ndarray, *rest: Any) -> None:
        width, height = whole.get_size_inches()
        each = self.row if len(values) == 1 else self.cell
        wide, high = values.shape[1] * self.cell, len(values) * each
        axes = whole.add_axes((left / width, bottom / height, wide / width, high / height))
        draw_cells(axes, np.asarray(values, np.float64), *rest, cell=self.cell, row=each)
        place = "left" if self.stacked or wide < 1.2 else "center"
        axes.set_title(name, fontsize=9, loc=place, pad=9)

    def _sign(self, whole: Any, x: float, y: float, sign: str) -> None:
        width, height = whole.get_size_inches()
        whole.text(x / width, y / height, sign, fontsize=18, ha="center", va="center")


def _math(name: str) -> str:
    return r"\theta" if name == "θ" else rf"\mathrm{{{name}}}".replace("_", r"\_")

"""A drawing of a failed check: the L that the code has, the right L, and where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

from .canvas import NEGATIVE, figure, save
from .cells import draw_cells
from .wrong import Wrong

CELL, GAP, MOST, HEAD = 0.42, 0.45, 4.6, 0.8  # inches: a cell, between matrices, the widest matrix, what stands above


def draw_wrong(found: Sequence[Wrong], path: str, title: str = "") -> None:
    """Draw, for each Jacobian with wrong entries, what the code has beside what is right, the wrong entries framed.

    Args:
        found: from `wrong_entries`.
        path: where to: .png, .svg or .pdf.
        title: above it all.

    Raises:
        UnknownName: matplotlib is not installed.
        BadFile: nothing can be written to that path.
    """
    cells = [min(CELL, MOST / w.want.shape[1], 5.0 / w.want.shape[0]) for w in found]
    heights = [c * w.want.shape[0] + HEAD for c, w in zip(cells, found, strict=True)]
    width = max([6.0, *(2 * c * w.want.shape[1] + GAP + 0.4 for c, w in zip(cells, found, strict=True))])
    top = sum(heights) + 0.2
    whole = figure(path, width, top + 0.4)
    whole.text(0.2 / width, (top + 0.15) / (top + 0.4), title, fontsize=13, fontweight="bold", va="center")
    for one, cell, height in zip(found, cells, heights, strict=True):
        top -= height
        _draw_pair(whole, one, cell, top)
    save(whole, path)


def _draw_pair(whole: Any, one: Wrong, cell: float, bottom: float) -> None:
    width, height = whole.get_size_inches()
    M, N = one.want.shape
    top = float(max(np.abs(one.got).max(), np.abs(one.want).max()))
    for k, (name, values) in enumerate((("the code", one.got), (f"L^{one.argument}", one.want))):
        left = 0.2 + k * (cell * N + GAP)
        axes = whole.add_axes((left / width, bottom / height, cell * N / width, cell * M / height))
        draw_cells(axes, values, (values != 0) | one.wrong, one.row_cuts, one.column_cuts, cell, top)
        axes.set_title(f"{name}  [{M} × {N}]", fontsize=8, loc="left", pad=9)
        if k == 0:
            _frame(axes, one.wrong)
    whole.text(0.2 / width, (bottom + cell * M + 0.5) / height, one.said, fontsize=10, va="center", color=NEGATIVE)


def _frame(axes: Any, wrong: np.ndarray) -> None:
    """A frame around every wrong entry."""
    patches: Any = import_module("matplotlib.patches")

    for i, j in np.argwhere(wrong):
        axes.add_patch(patches.Rectangle((j, i), 1, 1, fill=False, edgecolor=NEGATIVE, linewidth=1.6))

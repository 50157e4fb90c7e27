"""A matrix as HTML: its numbers between brackets, or a pattern of squares where it is large.

Colours are translucent, so that they stand on a light page and on a dark one; a zero that is not stored is a dot.
"""

from __future__ import annotations

from html import escape

import numpy as np

from .numbers import numbers

_HUES = (210, 35, 275, 150, 340, 60)  # of the blocks, in turn
_MOST = 900  # entries of a matrix that is written in numbers; a larger one is a pattern
LARGEST = 40_000  # entries of a matrix that is drawn at all

STYLE = """<style>
.jac{font-family:system-ui,sans-serif;font-size:14px;line-height:1.4}
.jac .row{display:flex;flex-wrap:wrap;align-items:center;gap:.4em 1em;margin:.3em 0 1em}
.jac figure{margin:0;max-width:100%;overflow-x:auto}.jac figcaption{font-size:12px;opacity:.75;margin:0 0 .2em}
.jac table.m{border-collapse:collapse;font:inherit;color:inherit;border:solid currentColor;border-width:0 2px;
border-radius:6px;margin:0}
.jac table.m td{border:0;padding:1px .45em;text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;
background:none}
.jac table.m td.c{border-left:1px solid #8888}.jac table.m tr.r td{border-top:1px solid #8888}
.jac table.m td.z{opacity:.35;text-align:center}.jac table.m td.x{outline:2px solid #d33;outline-offset:-2px}
.jac svg{max-width:100%}
</style>"""


def matrix_html(
    values: np.ndarray, caption: str = "", stored: np.ndarray | None = None, row_cuts: tuple[int, ...] = (),
    column_cuts: tuple[int, ...] = (), wrong: np.ndarray | None = None,
) -> str:  # fmt: skip
    """A matrix in brackets under its caption; as a pattern of squares where it is large.

    Args:
        values: rows × columns.
        caption: plain text.
        stored: which entries are there; the others are dots. Default: all.
        row_cuts, column_cuts: where blocks begin.
        wrong: entries to be framed.
    """
    values = np.atleast_2d(values)
    stored = np.ones(values.shape, bool) if stored is None else stored
    if values.size > LARGEST:
        inside = "(too large to draw)"
    elif values.size > _MOST:
        inside = pattern_svg(stored & (values != 0), column_cuts, wrong)
    else:
        inside = _table(values, stored, row_cuts, column_cuts, wrong)
    return f"<figure><figcaption>{escape(caption)}</figcaption>{inside}</figure>"


def pattern_svg(there: np.ndarray, column_cuts: tuple[int, ...] = (), wrong: np.ndarray | None = None) -> str:
    """Where a matrix is not zero: one square an entry, its block's colour; wrong ones red."""
    M, N = there.shape
    block = np.searchsorted(column_cuts, np.arange(int(N)), side="right")
    shapes: list[str] = []
    for k in range(len(column_cuts) + 1):
        inside = there & (block == k)[None] & ~(np.zeros_like(there) if wrong is None else wrong)
        path = "".join(f"M{j} {i}h1v1h-1z" for i, j in np.argwhere(inside))
        shapes.append(f'<path d="{path}" fill="hsl({_HUES[k % len(_HUES)]} 60% 50%)"/>')
    if wrong is not None:
        path = "".join(f"M{j} {i}h1v1h-1z" for i, j in np.argwhere(wrong))
        shapes.append(f'<path d="{path}" fill="#d33"/>')
    return (
        f'<svg role="img" viewBox="0 0 {N} {M}" style="width:{min(8 * N, 700)}px;height:auto;border:1px solid #8888" '
        f'shape-rendering="crispEdges"><title>pattern of a matrix, {M} × {N}</title>{"".join(shapes)}</svg>'
    )


def _table(
    values: np.ndarray, stored: np.ndarray, rows: tuple[int, ...], columns: tuple[int, ...], wrong: np.ndarray | None
) -> str:
    text = np.array(numbers(values), dtype=object).reshape(values.shape)
    block = np.searchsorted(columns, np.arange(int(values.shape[1])), side="right")
    lines: list[str] = []
    for i in range(len(values)):
        cells: list[str] = []
        for j in range(values.shape[1]):
            kinds = (
                ["c"] * (j in columns) + ["z"] * (not stored[i, j]) + ["x"] * bool(wrong is not None and wrong[i, j])
            )
            kind = f' class="{" ".join(kinds)}"' if kinds else ""
            tint = f' style="background:hsl({_HUES[block[j] % len(_HUES)]} 70% 50%/.22)"' if stored[i, j] else ""
            cells.append(f"<td{kind}{tint}>{text[i, j] if stored[i, j] else '·'}</td>")
        lines.append(('<tr class="r">' if i in rows else "<tr>") + "".join(cells) + "</tr>")
    return f'<table class="m">{"".join(lines)}</table>'

"""A matrix drawn as cells: blue above 0, red below, white where nothing is stored, numbers where they can be read."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from .canvas import NEGATIVE, POSITIVE, TINTS
from .numbers import numbers

READABLE = 0.3  # inches: in smaller cells no numbers are written
MOST_DOTS = 700  # rows or columns that are drawn one by one; a picture has about as many dots
_GRID = 0.08  # inches: below it there is no grid


def draw_cells(
    axes: Any,
    values: np.ndarray,
    stored: np.ndarray | None = None,
    row_cuts: tuple[int, ...] = (),
    column_cuts: tuple[int, ...] = (),
    cell: float = READABLE,
    scale: float | None = None,
    row: float | None = None,
) -> None:
    """Draw a matrix into axes of matplotlib.

    Args:
        values: rows × columns.
        stored: which entries are there; the others are left white. Default: all.
        row_cuts, column_cuts: where blocks begin; the blocks of columns have bars of their colour above them.
        cell: the width of a cell in inches, and its height, if `row` says no other.
        scale: the number that has the full colour; by default the largest.
    """
    matplotlib: Any = import_module("matplotlib.colors")

    M, N = values.shape
    stored = np.ones((M, N), bool) if stored is None else stored
    finite = np.abs(values[stored & np.isfinite(values)])
    top = scale or (float(finite.max()) if finite.size and finite.max() else 1.0)
    # what is stored and near 0 is grey, so that the pattern of L is seen, be its numbers large or small
    colours = matplotlib.LinearSegmentedColormap.from_list("signed", [NEGATIVE, "#EFEFEC", POSITIVE])
    shown = np.ma.masked_where(~stored | ~np.isfinite(values), values)
    look = {"cmap": colours, "vmin": -1.6 * top, "vmax": 1.6 * top}
    if cell > _GRID:
        axes.pcolormesh(np.arange(N + 1), np.arange(M + 1), shown, edgecolors="#DDDDDD", linewidth=0.4, **look)
    else:
        axes.imshow(coarser(shown), extent=(0, N, M, 0), interpolation="nearest", aspect="auto", **look)
    axes.set(xlim=(0, N), ylim=(M, 0), aspect="auto", xticks=[], yticks=[])
    axes.spines[:].set(color="#555555", linewidth=0.8)
    for cut in row_cuts if _apart(row_cuts, cell) else ():
        axes.axhline(cut, color="#555555", linewidth=0.8)
    for cut in column_cuts if _apart(column_cuts, cell) else ():
        axes.axvline(cut, color="#555555", linewidth=0.8)
    _block_bars(axes, N, column_cuts, row or cell)
    if cell >= READABLE:
        _write_numbers(axes, values, stored)


def coarser(shown: Any, most: int = MOST_DOTS) -> Any:
    """A masked matrix with no more rows and columns than `most`: of the entries that fall together, the largest."""
    step = -(-max(shown.shape) // most)
    if step == 1:
        return shown
    M, N = (-(-n // step) * step for n in shown.shape)
    whole = np.full((M, N), np.nan)
    whole[: shown.shape[0], : shown.shape[1]] = shown.filled(np.nan)
    tiles = whole.reshape(M // step, step, N // step, step).swapaxes(1, 2).reshape(M // step, N // step, step * step)
    largest = np.where(np.isnan(tiles), -1.0, np.abs(tiles)).argmax(axis=2)
    return np.ma.masked_invalid(np.take_along_axis(tiles, largest[:, :, None], axis=2)[:, :, 0])


def _apart(cuts: tuple[int, ...], cell: float) -> bool:
    """Whether lines at these cuts leave something to be seen between them."""
    return bool(cuts) and cuts[0] * cell > _GRID


def _block_bars(axes: Any, N: int, cuts: tuple[int, ...], row: float) -> None:
    for k, (i, j) in enumerate(zip((0, *cuts), (*cuts, N), strict=True)):
        if cuts:
            ends, height = [i + 0.12, j - 0.12], [-0.06 / row] * 2
            look = {"color": TINTS[k % len(TINTS)], "linewidth": 3, "solid_capstyle": "butt"}
            axes.plot(ends, height, clip_on=False, **look)


def _write_numbers(axes: Any, values: np.ndarray, stored: np.ndarray) -> None:
    text = numbers(values)
    size = min(8.0, 34.0 / max(map(len, text)))
    for (i, j), word in zip(np.ndindex(values.shape), text, strict=True):
        if stored[i, j]:
            axes.text(j + 0.5, i + 0.5, word, ha="center", va="center", fontsize=size, color="#222222")

"""A row a layer: time against size on log axes with exponents and crossovers, and a roofline (the extra `plot`).

The roofline: of each product, operations a second against operations a byte, below the roof min(bandwidth · x, peak) of
this machine, both measured in the same run (Williams, Waterman & Patterson 2009, CACM 52(4), 65–76).
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from ..errors import BadFile, UnknownName
from .bench import Row
from .growth import exponent
from .roofline import places, roof
from .words import crossings

_COLOURS = {"dense": "tab:red", "sparse": "tab:blue", "fused": "tab:green"}
_OTHERS = ("tab:orange", "tab:purple", "tab:brown", "tab:pink")  # of peers


def draw(rows: list[Row], path: str) -> None:
    """Draw, of each layer, the rows of the first batch, type and thread count that were timed.

    Raises:
        UnknownName: matplotlib is not installed.
        BadFile: the path cannot be written, or names no kind of picture.
    """
    try:
        matplotlib: Any = import_module("matplotlib.figure")
    except ImportError:
        raise UnknownName("a plot needs matplotlib: pip install '.[plot]'") from None
    layers = list(dict.fromkeys(r.layer for r in rows))
    figure = matplotlib.Figure(figsize=(11, 3.6 * len(layers)), layout="constrained")
    for k, layer in enumerate(layers):
        first = next(r for r in rows if r.layer == layer)
        way = (layer, first.batch, first.dtype, first.threads)
        same = [r for r in rows if (r.layer, r.batch, r.dtype, r.threads) == way]
        _times(figure.add_subplot(len(layers), 2, 2 * k + 1), same)
        _roofline(figure.add_subplot(len(layers), 2, 2 * k + 2), same)
    try:
        figure.savefig(path)
    except (OSError, ValueError) as error:
        raise BadFile(f"--plot {Path(path).name}: could not be drawn there ({error})") from None


def _colour(form: str, rows: list[Row]) -> str:
    peers = list(dict.fromkeys(r.form for r in rows if r.form not in _COLOURS))
    return _COLOURS.get(form) or _OTHERS[peers.index(form) % len(_OTHERS)]


def _times(axes: Any, rows: list[Row]) -> None:
    for form, what in dict.fromkeys((r.form, r.what) for r in rows):
        mine = sorted((r for r in rows if (r.form, r.what) == (form, what)), key=lambda r: r.size)
        sizes, times = [r.size for r in mine], [r.seconds * 1e3 for r in mine]
        k = exponent(sizes, times)
        label = f"{what} {form}" + (f", n^{k:.1f}" if k is not None else "")
        dash, colour = "--" if what == "build" else "-", _colour(form, rows)
        axes.loglog(sizes, times, dash, color=colour, marker="o", markersize=3, label=label)
    for slow, fast, at, least in crossings(rows):
        if at is not None and at > least:
            axes.axvline(at, color=_COLOURS[fast], linewidth=0.8, dashes=(1, 2))
            axes.annotate(f"{fast} < {slow}", (at, 0), (2, 2), ("data", "axes fraction"), "offset points", fontsize=6)
    first = rows[0]
    axes.set_title(f"{first.layer}, batch of {first.batch}, {first.dtype}", fontsize=9)
    _finish(axes, "size n", "milliseconds")


def _roofline(axes: Any, rows: list[Row]) -> None:
    found = places(rows)
    for form, points in found.items():
        x, y = zip(*points, strict=True)
        axes.loglog(x, y, "-", color=_colour(form, rows), marker="o", markersize=3, linewidth=0.5, label=form)
    every = [x for points in found.values() for x, _ in points]
    if every:
        axes.loglog(*zip(*roof(rows[0], every), strict=True), color="black", linewidth=1, label="roof")
    axes.set_title(f"{rows[0].layer}: roofline of g·L, {rows[0].threads} thread(s)", fontsize=9)
    _finish(axes, "operations a byte", "operations a second")


def _finish(axes: Any, x: str, y: str) -> None:
    axes.set_xlabel(x, fontsize=8)
    axes.set_ylabel(y, fontsize=8)
    axes.grid(which="both", alpha=0.2)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize=6)

"""Time against size on log axes, one panel a layer, with the fitted exponents (the extra `plot`)."""

from __future__ import annotations

from pathlib import Path

from ..errors import BadFile, UnknownName
from .bench import Row
from .growth import exponent

_STYLES = {
    ("dense", "build"): ("tab:red", "--"), ("dense", "multiply"): ("tab:red", "-"),
    ("sparse", "build"): ("tab:blue", "--"), ("sparse", "multiply"): ("tab:blue", "-"),
    ("fused", "multiply"): ("tab:green", "-"),
}  # fmt: skip


def draw(rows: list[Row], path: str) -> None:
    """Draw the rows of one thread and the first batch, type and thread count that were timed.

    Raises:
        UnknownName: matplotlib is not installed.
        BadFile: the path cannot be written, or names no kind of picture.
    """
    try:
        from matplotlib.figure import Figure  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise UnknownName("a plot needs matplotlib: pip install 'jacobians[plot]'") from None
    layers = list(dict.fromkeys(r.layer for r in rows))
    columns = min(3, len(layers))
    lines = -(-len(layers) // columns)
    figure = Figure(figsize=(5 * columns, 3.6 * lines), layout="constrained")
    for k, layer in enumerate(layers):
        _panel(figure.add_subplot(lines, columns, k + 1), [r for r in rows if r.layer == layer])
    try:
        figure.savefig(path)
    except (OSError, ValueError) as error:
        raise BadFile(f"--plot {Path(path).name}: could not be drawn there ({error})") from None


def _panel(axes: object, rows: list[Row]) -> None:
    first = rows[0]
    same = [r for r in rows if (r.batch, r.dtype, r.threads) == (first.batch, first.dtype, first.threads)]
    for (form, what), (colour, dash) in _STYLES.items():
        mine = sorted((r for r in same if (r.form, r.what) == (form, what)), key=lambda r: r.size)
        if not mine:
            continue
        sizes, times = [r.size for r in mine], [r.seconds * 1e3 for r in mine]
        k = exponent(sizes, times)
        label = f"{what} {form}" + (f", n^{k:.1f}" if k is not None else "")
        axes.loglog(sizes, times, dash, color=colour, marker="o", markersize=3, label=label)  # type: ignore[attr-defined]
    axes.set_title(f"{first.layer}, batch of {first.batch}, {first.dtype}")  # type: ignore[attr-defined]
    axes.set_xlabel("size n")  # type: ignore[attr-defined]
    axes.set_ylabel("milliseconds")  # type: ignore[attr-defined]
    axes.grid(which="both", alpha=0.2)  # type: ignore[attr-defined]
    axes.legend(fontsize=7)  # type: ignore[attr-defined]

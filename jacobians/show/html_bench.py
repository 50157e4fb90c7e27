"""The page of `jacobians bench --html`: for each layer how time grows with size, drawn, in words, and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from .. import __version__
from ..timing.bench import Row
from ..timing.words import growth
from .html_page import page
from .svg_chart import Line, log_chart

Key = tuple[str, int, str, int]  # layer, batch, dtype, threads
_FORMS = {
    ("dense", "build"): ("build dense L", "#d9534f", True), ("sparse", "build"): ("build sparse L", "#4C9BE8", True),
    ("dense", "multiply"): ("g·L dense", "#d9534f", False), ("sparse", "multiply"): ("g·L sparse", "#4C9BE8", False),
    ("fused", "multiply"): ("fused", "#2f9e63", False),
}  # fmt: skip


def bench_page(rows: Sequence[Row], interrupted: bool = False) -> str:
    """The whole page.

    Args:
        rows: what was measured.
        interrupted: whether a person stopped it before its end.
    """
    groups: dict[Key, list[Row]] = {}
    for r in rows:
        groups.setdefault((r.layer, r.batch, r.dtype, r.threads), []).append(r)
    layers = list(dict.fromkeys(r.layer for r in rows))
    title = f"jacobians bench: {layers[0] if len(layers) == 1 else f'{len(layers)} layers'}"
    head = f"<h1>{escape(title)}</h1><p>{len(rows)} measurements{', interrupted' if interrupted else ''}.</p>"
    body = head + "".join(_section(key, found) for key, found in groups.items())
    note = "times are medians in milliseconds; ± is the spread of the noisiest; dashed: building L, solid: multiplying"
    return page(title, body, f"jacobians {__version__}; {note}")


def _section(key: Key, rows: list[Row]) -> str:
    layer, batch, dtype, threads = key
    title = f"{layer}, batch of {batch}, {dtype}, {threads} thread{'s' if threads > 1 else ''}"
    lines = []
    for (form, what), (name, colour, dashed) in _FORMS.items():
        mine = sorted((r.size, 1e3 * r.seconds) for r in rows if (r.form, r.what) == (form, what))
        if mine:
            lines.append(Line(name, mine, colour, dashed))
    said = "".join(f"<li>{escape(text.partition(': ')[2])}</li>" for text in growth(rows))
    chart = log_chart(lines, "size n", "milliseconds", f"{title}: time against size")
    return f"<section><h2>{escape(title)}</h2>{chart}<ul>{said}</ul>{_table(rows)}</section>"


def _table(rows: list[Row]) -> str:
    by_size: dict[int, list[Row]] = {}
    for r in rows:
        by_size.setdefault(r.size, []).append(r)
    names = ["n", "entries of L", "non-zero", *(name for name, _, _ in _FORMS.values()), "±"]
    head = "".join(f'<th scope="col" class="n">{escape(name)}</th>' for name in names)
    lines = []
    for size, same in sorted(by_size.items()):
        times = {(r.form, r.what): f"{1e3 * r.seconds:.3g}" for r in same}
        cells = [f"{size}", f"{same[0].entries:,}", f"{same[0].nonzero:,}", *(times.get(form, "–") for form in _FORMS)]
        cells.append(f"{max(r.spread for r in same):.0%}")
        inside = (f'<td class="n" data-label="{escape(n)}">{c}</td>' for n, c in zip(names, cells, strict=True))
        lines.append(f"<tr>{''.join(inside)}</tr>")
    table = f'<table class="t"><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table>'
    return f'<div class="scroll">{table}</div>'

"""The page of `jacobians bench --html`: for each layer how time grows with size, drawn, in words, and as a table; and
how near the roofline each form comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from .. import __version__
from ..timing.bench import Row
from ..timing.roofline import places, roof
from ..timing.words import crossings, growth
from .html_page import page
from .svg_chart import Line, log_chart

Key = tuple[str, int, str, int]  # layer, batch, dtype, threads
_FORMS = {
    ("dense", "build"): ("build dense L", "#d9534f", True), ("sparse", "build"): ("build sparse L", "#4C9BE8", True),
    ("dense", "multiply"): ("g·L dense", "#d9534f", False), ("sparse", "multiply"): ("g·L sparse", "#4C9BE8", False),
    ("fused", "multiply"): ("fused", "#2f9e63", False),
}  # fmt: skip
_OTHERS = ("#e08a1e", "#9467bd", "#8c564b", "#e377c2")  # of peers


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
    forms = _forms(rows)
    lines = []
    for (form, what), (name, colour, dashed) in forms.items():
        mine = sorted((r.size, 1e3 * r.seconds) for r in rows if (r.form, r.what) == (form, what))
        if mine:
            lines.append(Line(name, mine, colour, dashed))
    marks = [(at, f"{fast} < {slow}") for slow, fast, at, least in crossings(rows) if at is not None and at > least]
    said = "".join(f"<li>{escape(text.partition(': ')[2])}</li>" for text in growth(rows))
    chart = log_chart(lines, "size n", "milliseconds", f"{title}: time against size", marks)
    drawn = f"{chart}<ul>{said}</ul>{_roofline(title, rows, forms)}"
    return f"<section><h2>{escape(title)}</h2>{drawn}{_table(rows, forms)}</section>"


def _forms(rows: list[Row]) -> dict[tuple[str, str], tuple[str, str, bool]]:
    """{(form, what): (name, colour, dashed)}, those of the peers as well."""
    peers = dict.fromkeys((r.form, r.what) for r in rows if (r.form, r.what) not in _FORMS)
    return _FORMS | {key: (key[0], _OTHERS[k % len(_OTHERS)], False) for k, key in enumerate(peers)}


def _roofline(title: str, rows: list[Row], forms: dict[tuple[str, str], tuple[str, str, bool]]) -> str:
    """Operations a second of g·L against operations a byte, below the roof; nothing where nothing is computed."""
    found = places(rows)
    if not found:
        return ""
    over = Line("roof", roof(rows[0], [x for points in found.values() for x, _ in points]), "currentColor", True, False)
    curves = [Line(name, found[form], colour) for (form, what), (name, colour, _) in forms.items()
              if what == "multiply" and form in found]  # fmt: skip
    return log_chart([over, *curves], "operations a byte", "operations a second", f"{title}: roofline of g·L")


def _table(rows: list[Row], forms: dict[tuple[str, str], tuple[str, str, bool]]) -> str:
    by_size: dict[int, list[Row]] = {}
    for r in rows:
        by_size.setdefault(r.size, []).append(r)
    names = ["n", "entries of L", "non-zero", *(name for name, _, _ in forms.values()), "±"]
    head = "".join(f'<th scope="col" class="n">{escape(name)}</th>' for name in names)
    lines = []
    for size, same in sorted(by_size.items()):
        times = {(r.form, r.what): f"{1e3 * r.seconds:.3g}" for r in same}
        cells = [f"{size}", f"{same[0].entries:,}", f"{same[0].nonzero:,}", *(times.get(form, "–") for form in forms)]
        cells.append(f"{max(r.spread for r in same):.0%}")
        inside = (f'<td class="n" data-label="{escape(n)}">{c}</td>' for n, c in zip(names, cells, strict=True))
        lines.append(f"<tr>{''.join(inside)}</tr>")
    table = f'<table class="t"><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table>'
    return f'<div class="scroll">{table}</div>'

"""The class report: one HTML file with its plots inside, nothing fetched from anywhere, every word escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from .census import BINS, Census
from .plots import bars, histogram

_STYLE = """body{font:15px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:.5rem 0 1.5rem}td,th{padding:.2rem .8rem .2rem 0;text-align:left}
th{border-bottom:1px solid #9aa5b1}td.n{text-align:right;font-variant-numeric:tabular-nums}svg{max-width:100%}"""
_MOST = 40  # rows of a table: the report is read by people


def class_report(found: Census) -> str:
    """The report of a class as one HTML page."""
    share = found.mean / found.most if found.most else 0.0
    tenths = [f"{100 * k // BINS}–{100 * (k + 1) // BINS} %" for k in range(BINS)]
    parts = [
        f"<h1>{escape(found.title)}</h1>",
        f"<p>{found.count} submissions; on average {found.mean:.4g} of {found.most:g} points ({share:.0%}).</p>",
        "<h2>Distribution</h2>",
        histogram(found.shares, tenths, "submissions by the share of points they got"),
        "<h2>Parts</h2>",
        bars([(f"{q} · {p}", got / most if most else 0) for (q, p), (got, most) in found.points.items()],
             "share of the points of each part that was got", " %"),
        "<h2>Mistakes</h2>",
        _table(("question", "part", "mistake", "submissions"), [(*k, n) for k, n in found.mistakes.most_common(_MOST)]),
        "<h2>Where it fails</h2>",
        _table(("question", "part", "case", "submissions"), [(*k, n) for k, n in found.regimes.most_common(_MOST)]),
        "<h2>For a person to look at</h2>",
        _table(("sign", "submissions"), [(f, ", ".join(sorted(who))) for f, who in sorted(found.flags.items())]),
        _table(("identical files",), [(", ".join(sorted(who)),) for who in found.same.values() if len(who) > 1]),
        "<h2>Not gradable</h2>",
        _table(("submission", "why"), found.ungradable),
        "<h2>Protections</h2>",
        _table(("sandbox", "submissions"), sorted(found.protections.items())),
    ]  # fmt: skip
    head = f'<meta charset="utf-8"><title>{escape(found.title)}</title><style>{_STYLE}</style>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n' + "\n".join(parts) + "\n</body></html>\n"


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    written = "\n".join(f"<tr>{''.join(_cell(v) for v in row)}</tr>" for row in rows)
    if not written:
        return f"<p>{escape(columns[0])}: none.</p>"
    head = "".join(f"<th>{escape(c)}</th>" for c in columns)
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>{written}</tbody></table>"


def _cell(v: object) -> str:
    return f'<td class="n">{v}</td>' if isinstance(v, int | float) else f"<td>{escape(str(v))}</td>"

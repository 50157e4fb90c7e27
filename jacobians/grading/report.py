"""The class report: one HTML page with its plots inside, nothing fetched from anywhere, every word escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from .. import __version__
from ..show.html_page import page
from .census import BINS, Census
from .plots import bars, histogram

_MOST = 40  # rows of a table: the report is read by people


def class_report(found: Census) -> str:
    """The report of a class as one HTML page."""
    share = found.mean / found.most if found.most else 0.0
    tenths = [f"{100 * k // BINS}–{100 * (k + 1) // BINS}" for k in range(BINS)]
    parts = [
        f"<h1>{escape(found.title)}</h1>",
        f"<p>{found.count} submissions; on average {found.mean:.4g} of {found.most:g} points ({share:.0%}).</p>",
        "<h2>Distribution: submissions by percentage of points</h2>",
        histogram(found.shares, tenths, "submissions by the percentage of points they got"),
        "<h2>Parts</h2>",
        bars([(f"{q} · {p}", got / most if most else 0) for (q, p), (got, most) in found.points.items()],
             "share of the points of each part that was got", " %"),
        "<h2>Mistakes</h2>",
        table(("question", "part", "mistake", "submissions"), [(*k, n) for k, n in found.mistakes.most_common(_MOST)]),
        "<h2>Where it fails</h2>",
        table(("question", "part", "case", "submissions"), [(*k, n) for k, n in found.regimes.most_common(_MOST)]),
        "<h2>For a person to look at</h2>",
        table(("sign", "submissions"), [(f, ", ".join(sorted(who))) for f, who in sorted(found.flags.items())]),
        table(("identical files",), [(", ".join(sorted(who)),) for who in found.same.values() if len(who) > 1]),
        "<h2>Not gradable</h2>",
        table(("submission", "why"), found.ungradable),
        "<h2>Protections</h2>",
        table(("sandbox", "submissions"), sorted(found.protections.items())),
    ]  # fmt: skip
    return page(found.title, "\n".join(parts), f"jacobians {__version__}")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in the style of `jacobians check --html`: on a phone each row is a block. One line where it is empty."""
    written = "\n".join(f"<tr>{''.join(_cell(c, v) for c, v in zip(columns, row, strict=True))}</tr>" for row in rows)
    if not written:
        return f"<p>{escape(columns[0])}: none.</p>"
    head = "".join(f'<th scope="col"{_numeric(c)}>{escape(c)}</th>' for c in columns)
    whole = f'<table class="t"><thead><tr>{head}</tr></thead>\n<tbody>{written}</tbody></table>'
    return f'<div class="scroll">{whole}</div>'


def _numeric(column: str) -> str:
    return ' class="n"' if column in ("submissions", "points") else ""


def _cell(column: str, v: object) -> str:
    kind = ' class="n"' if isinstance(v, int | float) else ""
    return f'<td data-label="{escape(column)}"{kind}>{escape(str(v))}</td>'

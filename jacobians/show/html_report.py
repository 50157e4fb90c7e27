"""The report of a check as HTML: the verdict, what failed and why, then how far each layer was from its bound."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from .. import __version__
from ..verify.report import about, ratio_said, summary
from ..verify.results import Report, Result, Verdict, worst
from .html_page import REPORT_STYLE, bar, page

Pictures = Mapping[tuple[str, str], str]  # (layer, argument): HTML of where its wrong entries are
_UNITS = (
    "every number is the worst |got − want| in units of its bound: 1 is what rounding can do, ∞ a difference where "
    "there is nothing to round. What a layer's check sees is the relative error that would have failed it in every "
    "single entry of L."
)


def report_page(
    reports: dict[str, Report], formats: Iterable[str], seconds: float, pictures: Pictures | None = None,
    interrupted: str = "",
) -> str:  # fmt: skip
    """The whole page.

    Args:
        reports: by layer, in the order in which they were checked.
        formats: the formats asked.
        seconds: how long it took.
        pictures: what to show beside a failure.
        interrupted: what to say of a check that was not finished.
    """
    verdict = worst([report.verdict for report in reports.values()] + [Verdict.INCONCLUSIVE] * bool(interrupted))
    head = f'<h1><span class="verdict {verdict}">{verdict}</span> {escape(_headline(reports))}</h1>'
    said = "".join(f"<p>{escape(text)}</p>" for text in (summary(reports, seconds), interrupted) if text)
    body = head + said + failures_html(reports, pictures or {}) + layers_html(reports, list(formats)) + _notes(reports)
    return page(f"{verdict}: jacobians check", body, f"jacobians {__version__}; {_UNITS}")


def failures_html(reports: dict[str, Report], pictures: Pictures) -> str:
    """A card for everything that did not pass, the diagnosis first; formats that say the same are one card."""
    same: dict[tuple[str, ...], list[Result]] = {}
    for report in reports.values():
        for r in report.failures:
            same.setdefault((r.verdict, r.layer, about(r)), []).append(r)
    cards = [_card(results, pictures) for results in same.values()]
    return f"<h2>What did not pass</h2>{''.join(cards)}" if cards else ""


def layers_html(reports: dict[str, Report], formats: list[str]) -> str:
    """A table of one row a layer, those that did not pass first."""
    ordered = sorted(reports.items(), key=lambda item: item[1].verdict is Verdict.PASS)
    head = "".join(f'<th scope="col"{c}>{escape(h)}</th>' for h, c in (
        ("layer", ""), ("verdict", ""), ("gradients", ""), *((f, ' class="n"') for f in formats),
        ("entries of L", ' class="n"')))  # fmt: skip
    rows = "".join(_row(name, report, formats) for name, report in ordered)
    table = f'<table class="t"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    return f'<h2>Each layer, and how far it was from its bound</h2><div class="scroll">{table}</div>'


def _headline(reports: dict[str, Report]) -> str:
    failed = [name for name, report in reports.items() if report.verdict is Verdict.FAIL]
    if failed and len(reports) > 1:
        return f"{len(failed)} of {len(reports)} layers: {', '.join(failed[:5])}{', …' if failed[5:] else ''}"
    return next(iter(reports)) if len(reports) == 1 else f"{len(reports)} layers"


def _card(results: list[Result], pictures: Pictures) -> str:
    first = results[0]
    title = f"{first.layer}: {about(first)}, {' and '.join(r.dtype for r in results)}"
    lines = [f'<h3><span class="verdict {first.verdict}">{first.verdict}</span> {escape(title)}</h3>']
    text = first.text
    if known := first.diagnosis:
        lines.append(f'<p><span class="name">{escape(known.name)}</span> {escape(known.text)}</p>')
        text = text.removesuffix(f"; {known.text}")
    lines.append(f"<p>{escape(text)}</p>")
    lines.append(pictures.get((first.layer, first.argument), "") if first.claim == "gradient" else "")
    if code := next((r.example for r in results if r.example), None):
        lines.append(f"<details><summary>Code that reproduces it</summary><pre>{escape(code)}</pre></details>")
    return f'<section class="card {first.verdict}">{"".join(lines)}</section>'


def _row(name: str, report: Report, formats: list[str]) -> str:
    gradients = [r for r in report.results if r.claim == "gradient"]
    cells = [
        ("layer", "", f"<b>{escape(name)}</b>"),
        ("verdict", "", f'<span class="verdict {report.verdict}">{report.verdict}</span>'),
        ("gradients", "", escape(" ".join(dict.fromkeys(r.argument for r in gradients)) or "–")),
    ]
    for f in formats:
        results = [r for r in report.results if r.dtype == f]
        top = max((r.ratio for r in results if r.ratio is not None), default=None)
        least = max((r.detectable for r in results if r.detectable is not None), default=None)
        seen = f"<small>sees {least:.0e}</small>" if least else ""
        cells.append((f, ' class="n"', f"<span>{ratio_said(results)}{bar(top)}{seen}</span>"))
    cells.append(("entries of L", ' class="n"', f"{sum(r.entries for r in gradients):,}"))
    inside = "".join(f'<td data-label="{escape(label)}"{kind}>{cell}</td>' for label, kind, cell in cells)
    return f"<tr>{inside}</tr>"


def _notes(reports: dict[str, Report]) -> str:
    said = [f"{name}: {note}" for name, report in reports.items() for note in report.notes]
    said += [
        f"{r.layer}, {about(r)}, {r.dtype}: {note}" for one in reports.values() for r in one.results for note in r.notes
    ]
    items = "".join(f"<li>{escape(note)}</li>" for note in dict.fromkeys(said))
    return f"<h2>Notes</h2><ul>{items}</ul>" if items else ""


def report_html(report: Report) -> str:
    """The report of one check, for a notebook: the verdict, what failed and why, the numbers."""
    formats = list(dict.fromkeys(r.dtype for r in report.results))
    name = report.results[0].layer if report.results else "nothing checked"
    reports = {name: report}
    head = f'<h3><span class="verdict {report.verdict}">{report.verdict}</span> {escape(name)}</h3>'
    inside = head + failures_html(reports, {}) + layers_html(reports, formats) + _notes(reports)
    return f'{REPORT_STYLE}<div class="jac-report">{inside}</div>'

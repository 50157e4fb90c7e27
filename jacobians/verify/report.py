"""A report in words: one row a layer, then what failed, the summary last."""

from __future__ import annotations

from collections.abc import Iterable

from .results import Report, Result, Verdict


def header(formats: Iterable[str]) -> str:
    """The line above the rows.

    Of the two numbers of a format the first is the worst |got − want| in units of its bound, the second the relative
    error that would have been seen in every single entry of L.
    """
    return _columns("layer", "gradients", *(f"{f} " for f in formats), "entries of L")


def row(layer: str, report: Report, formats: Iterable[str]) -> str:
    """One line for one layer: its arguments, the worst ratio in each format, how many entries of L were exposed."""
    gradients = [r for r in report.results if r.claim == "gradient"]
    arguments = " ".join(dict.fromkeys(r.argument for r in gradients)) or "–"
    ratios = [_numbers([r for r in report.results if r.dtype == f]) for f in formats]
    exposed = sum(r.entries for r in gradients)
    return f"{_columns(layer, arguments, *ratios, f'{exposed:,}')}  {report.verdict}"


def _columns(*cells: str) -> str:
    first, second, *rest = cells
    return f"{first:<15} {second:<11} " + "".join(f"{cell:>16}" for cell in rest)


def _numbers(results: list[Result]) -> str:
    seen = [r.detectable for r in results if r.detectable is not None]
    return f"{ratio_said(results)} {f'{max(seen):.0e}' if seen else '–':>7}"


def ratio_said(results: list[Result]) -> str:
    """The worst ratio of these results; – where nothing was compared."""
    ratios = [r.ratio for r in results if r.ratio is not None]
    if not ratios:
        return "–"
    worst = max(ratios)
    return f"{worst:.2f}" if worst < 1000 else f"{worst:.1e}" if worst < 1e300 else "∞"


def details(report: Report, notes: bool = True) -> str:
    """Every result that did not pass, one sentence for all formats alike, then the notes."""
    same: dict[tuple[str, ...], list[Result]] = {}
    for r in report.failures:
        same.setdefault((r.verdict, r.layer, about(r)), []).append(r)
    lines: list[str] = []
    for (verdict, layer, which), results in same.items():
        also = f" (and in {', '.join(r.dtype for r in results[1:])})" if results[1:] else ""
        lines.append(f"{verdict}  {layer} {which}, {results[0].dtype}{also}: {results[0].text}")
        if shown := next((r.example for r in results if r.example and notes), None):
            lines += [f"      {line}" for line in ("to reproduce:", *shown.splitlines())]
    lines += [f"note  {note}" for note in report.notes]
    for r in report.results if notes else ():
        lines += [f"note  {r.layer} {about(r)}, {r.dtype}: {note}" for note in r.notes]
    return "\n".join(lines)


def about(result: Result) -> str:
    """What a result is about: 'forward', 'gradient of W', 'shape (b)'."""
    if result.claim == "forward":
        return "forward"
    words = {"gradient": "gradient of", "jvp": "forward mode, the tangent of y for one of"}
    return (
        f"{words[result.claim]} {result.argument}" if result.claim in words else f"{result.claim} ({result.argument})"
    )


def passed(report: Report) -> str:
    """What a PASS says, a line for each argument: how many entries of L answered alone, and what error would show."""
    same: dict[str, list[Result]] = {}
    for r in report.results:
        if r.verdict is Verdict.PASS and r.detectable is not None:
            same.setdefault(about(r), []).append(r)
    return "\n".join(f"PASS  {_exposed(results)}" for results in same.values())


def _exposed(results: list[Result]) -> str:
    seen = ", ".join(f"{r.detectable:.0e} in {r.dtype}" if r.detectable else f"any in {r.dtype}" for r in results)
    exposed = f"{results[0].entries:,} entries of L exposed, each by itself"
    return f"{results[0].layer} {about(results[0])}: {exposed}; a relative error in one would show from {seen}"


def summary(reports: dict[str, Report], seconds: float) -> str:
    """The last line: how many layers with which verdict, and what was compared."""
    counts = {v: sum(r.verdict is v for r in reports.values()) for v in Verdict}
    said = ", ".join(f"{n} {v}" for v, n in counts.items() if n)
    entries = sum(r.entries for report in reports.values() for r in report.results)
    seeds = {r.seed for r in reports.values()}
    seed = f", seed {seeds.pop()}" if len(seeds) == 1 else ""
    return f"{said or 'nothing checked'}: {entries:,} entries of L exposed, in {seconds:.1f} s{seed}"

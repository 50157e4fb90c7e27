"""What `jacobians check` draws once it has checked: the page of --html, the picture of --plot, the pattern of -v."""

from __future__ import annotations

import os
from argparse import Namespace
from typing import Any

from ..layer import Layer
from ..verify.results import Report, Verdict
from .files import examine_path, write_text
from .wrong import Wrong, wrong_entries, wrong_lines

Trial = tuple[str, Any, type[Layer], dict[str, Any]]  # name, fast code, layer, settings held fixed
_MOST = 12  # failures that are looked at more closely


def examine_paths(args: Namespace) -> None:
    """Refuse what cannot be written before any work, and keep the paths, whatever the code on trial does.

    Raises:
        JacobiansError: a path that nothing can be written to, or no matplotlib.
    """
    if args.html:
        examine_path("--html", args.html, (".html", ".htm"))
        args.html = os.path.abspath(args.html)
    if args.plot:
        from .canvas import figure

        figure(args.plot, 1, 1)
        args.plot = os.path.abspath(args.plot)


def wrong_of(trials: list[Trial], reports: dict[str, Report]) -> list[tuple[str, Wrong]]:
    """For each gradient that failed, the layer and where its entries are wrong, where one can see it."""
    found: list[tuple[str, Wrong]] = []
    by_name = {name: (fast, layer, settings) for name, fast, layer, settings in trials}
    for name, report in reports.items():
        fast, layer, settings = by_name[name]
        failed = {
            r.argument: r for r in reversed(report.failures) if r.claim == "gradient" and r.verdict is Verdict.FAIL
        }
        for a, result in failed.items():
            if len(found) < _MOST and (one := wrong_entries(fast, layer, a, result.dtype, report.seed, settings)):
                found.append((name, one))
    return found


def pattern_of_failure(trial: Trial, report: Report) -> str:
    """In text, where the wrong entries of one layer's failed gradients are."""
    lines: list[str] = []
    for _, one in wrong_of([trial], {trial[0]: report}):
        lines += [f"      {one.said}:", *(f"        {line}" for line in wrong_lines(one))]
    return "\n".join(lines)


def draw(
    args: Namespace, trials: list[Trial], reports: dict[str, Report], formats: tuple[str, ...], seconds: float,
    interrupted: str,
) -> list[str]:  # fmt: skip
    """Write what --html and --plot ask for; what is to be said about it. `interrupted`: what the page says of that.

    Raises:
        BadFile: a file that could not be written.
    """
    if not (args.html or args.plot):
        return []
    found = wrong_of(trials, reports)
    said: list[str] = []
    if args.html:
        from .html import wrong_html
        from .html_report import report_page

        pictures = {(name, one.argument): wrong_html(one) for name, one in found}
        write_text("--html", args.html, report_page(reports, formats, seconds, pictures, interrupted))
    if args.plot and found:
        from .figure_wrong import draw_wrong

        draw_wrong(
            [one for _, one in found], args.plot, f"{', '.join(dict.fromkeys(n for n, _ in found))}: wrong entries of L"
        )
    elif args.plot:
        said.append(f"--plot {args.plot}: not written, as no wrong entry of an L was found")
    return said

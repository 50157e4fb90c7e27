"""One self-contained page: its style is inside it, nothing is loaded, no script runs. For a phone, and for the dark."""

from __future__ import annotations

from html import escape

from .html_matrix import STYLE

REPORT_STYLE = """<style>
.jac-report{color-scheme:light dark;--pass:light-dark(#1a7f37,#4ac26b);--fail:light-dark(#b3261e,#ff8a80);
--unsure:light-dark(#8a5a00,#e3b341);--line:light-dark(#d8dee4,#3d444d);--soft:light-dark(#f6f8fa,#1b2129);
font-family:system-ui,sans-serif;overflow-wrap:anywhere}
.jac-report h1{font-size:1.5rem;margin:.2em 0}.jac-report h2{font-size:1.15rem;margin:1.6em 0 .5em}
.jac-report h3{font-size:1rem;margin:.2em 0}
.jac-report pre{background:var(--soft);border:1px solid var(--line);border-radius:6px;padding:.7em;overflow-x:auto;
font-size:13px;overflow-wrap:normal}
.jac-report .verdict{font-weight:700}.jac-report .verdict.PASS{color:var(--pass)}
.jac-report .verdict.FAIL{color:var(--fail)}
.jac-report .verdict.SUSPICIOUS,.jac-report .verdict.INCONCLUSIVE{color:var(--unsure)}
.jac-report .card{border:1px solid var(--line);border-left:4px solid var(--unsure);border-radius:6px;
padding:.6em 1em;margin:1em 0}.jac-report .card.FAIL{border-left-color:var(--fail)}
.jac-report .card.PASS{border-left-color:var(--pass)}.jac-report .card h2{margin-top:.2em}
.jac-report .name{font-family:ui-monospace,monospace;background:var(--soft);border-radius:4px;padding:.1em .4em}
.jac-report .scroll{overflow-x:auto}.jac-report small{display:block;opacity:.75}
.jac-report table.t{border-collapse:collapse;width:100%;font-size:15px}
.jac-report table.t th,.jac-report table.t td{text-align:left;padding:.35em .7em;border-bottom:1px solid var(--line);
vertical-align:middle;background:none}
.jac-report table.t td.n,.jac-report table.t th.n{text-align:right;font-variant-numeric:tabular-nums}
.jac-report table.t td.n{white-space:nowrap}
.jac-report .bar{display:inline-block;width:6rem;height:.6rem;background:var(--soft);border:1px solid var(--line);
position:relative;vertical-align:middle;margin-left:.5em}
.jac-report .bar i{position:absolute;left:0;top:0;bottom:0;background:var(--pass)}
.jac-report .bar.over i{background:var(--fail)}
.jac-report .bar b{position:absolute;left:75%;top:-3px;bottom:-3px;border-left:2px solid currentColor}
@media(max-width:40rem){.jac-report table.t thead{position:absolute;left:-9999px}
.jac-report table.t tr{display:block;padding:.6em 0;border-bottom:1px solid var(--line)}
.jac-report table.t td,.jac-report table.t td.n{display:flex;justify-content:space-between;gap:1em;border:0;
padding:.1em 0;text-align:right}.jac-report table.t td::before{content:attr(data-label);font-weight:600}}
</style>"""
_PAGE_STYLE = """<style>
:root{color-scheme:light dark}
*{box-sizing:border-box}
body{margin:0 auto;max-width:70rem;padding:1rem;background:light-dark(#fff,#11151a);color:light-dark(#1f2328,#e6edf3);
font:16px/1.5 system-ui,sans-serif}
footer{margin-top:3em;font-size:13px;opacity:.75}
@media print{body{max-width:none}}
</style>"""


def page(title: str, body: str, footer: str = "") -> str:
    """A whole HTML document.

    Args:
        title: plain text, the page's title.
        body: HTML, from the first heading on.
        footer: plain text.
    """
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n{_PAGE_STYLE}\n{REPORT_STYLE}\n{STYLE}\n</head>\n"
        f'<body>\n<main class="jac-report">\n{body}\n</main>\n<footer>{escape(footer)}</footer>\n</body>\n</html>\n'
    )


def bar(ratio: float | None) -> str:
    """A number in units of its bound as a bar: up to the mark it is what rounding can do."""
    if ratio is None:
        return ""
    over = " over" if ratio > 1 else ""
    return f'<span class="bar{over}" aria-hidden="true"><i style="width:{min(75 * ratio, 100):.1f}%"></i><b></b></span>'

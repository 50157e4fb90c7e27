"""Two plots as SVG, without a library: bars that stand, and bars that lie."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_BAR, _REST = "#4C87C7", "#8883"  # on light and on dark


def histogram(counts: Sequence[int], labels: Sequence[str], title: str) -> str:
    """One standing bar for each count, labelled below, its number above."""
    top, step, height = max([1, *counts]), 54, 160
    parts = []
    for k, (n, label) in enumerate(zip(counts, labels, strict=True)):
        tall, x = height * n / top, 10 + k * step
        parts.append(f'<rect x="{x}" y="{height + 20 - tall:.1f}" width="44" height="{tall:.1f}" fill="{_BAR}"/>')
        parts.append(_text(x + 22, height + 15 - tall, str(n) if n else "", "middle"))
        parts.append(_text(x + 22, height + 36, label, "middle"))
    return _svg(20 + step * len(counts), height + 44, title, parts)


def bars(rows: Sequence[tuple[str, float]], title: str, unit: str = "") -> str:
    """One lying bar for each (label, share from 0 to 1)."""
    parts = []
    for k, (label, share) in enumerate(rows):
        y = 6 + k * 22
        parts.append(_text(232, y + 13, label[:34], "end"))
        parts.append(f'<rect x="240" y="{y}" width="300" height="17" fill="{_REST}"/>')
        parts.append(f'<rect x="240" y="{y}" width="{300 * min(max(share, 0), 1):.1f}" height="17" fill="{_BAR}"/>')
        parts.append(_text(548, y + 13, f"{100 * share:.0f}{unit}", "start"))
    return _svg(600, 12 + 22 * len(rows), title, parts)


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(width: int, height: int, title: str, parts: list[str]) -> str:
    head = f'<svg viewBox="0 0 {width} {height}" style="width:100%;max-width:{width}px;height:auto" role="img"'
    head += f' font-size="12" fill="currentColor" font-family="system-ui,sans-serif" aria-label="{escape(title)}">'
    return "\n".join([head, f"<title>{escape(title)}</title>", *parts, "</svg>"])

"""Curves on logarithmic axes as SVG, for a page: no library, no script."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDE, _HIGH, _LEFT, _LOW = 560, 300, 62, 44  # of the picture, and of the margins that hold the axes' numbers
_FEW = 8  # numbers of an axis that stand beside each other and can be read


@dataclass(frozen=True)
class Line:
    """A named curve: points (x, y), all positive, in the order of x."""

    name: str
    points: Sequence[tuple[float, float]]
    colour: str
    dashed: bool = False
    dots: bool = True  # at its points: they were measured


def log_chart(lines: list[Line], x_name: str, y_name: str, title: str, marks: Sequence[tuple[float, str]] = ()) -> str:
    """The curves, with a grid at the powers of ten and a legend below, as one <figure>.

    Args:
        lines: what is drawn; points that are not positive are left out.
        x_name, y_name: what the axes are.
        title: for those who do not see it.
        marks: (x, what is there), each an upright line with its words.
    """
    points = [p for line in lines for p in line.points if min(p) > 0]
    if not points:
        return "<p>Nothing was measured.</p>"
    x_range, y_range = (_decades([p[k] for p in points], grow=k == 1) for k in (0, 1))

    def place(x: float, y: float) -> tuple[float, float]:
        right, up = _part(x, x_range), _part(y, y_range)
        return _LEFT + right * (_WIDE - _LEFT - 12), (1 - up) * (_HIGH - _LOW - 10) + 10

    parts = [
        f'<svg role="img" viewBox="0 0 {_WIDE} {_HIGH}" style="width:100%;max-width:{_WIDE}px;height:auto" '
        f'font-size="12" fill="currentColor" font-family="system-ui,sans-serif"><title>{escape(title)}</title>'
    ]
    for power in range(math.ceil(y_range[0] - 1e-9), math.floor(y_range[1] + 1e-9) + 1):
        y = place(10 ** x_range[0], 10.0**power)[1]
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{_WIDE - 12}" stroke="#8885"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g}</text>')
    for x in _ticks([p[0] for p in points]):
        at = place(x, 10 ** y_range[0])
        parts.append(f'<text x="{at[0]:.1f}" y="{at[1] + 16:.1f}" text-anchor="middle">{x:g}</text>')
    parts.append(f'<text x="{_WIDE / 2}" y="{_HIGH - 6}" text-anchor="middle">{escape(x_name)}</text>')
    parts.append(
        f'<text transform="translate(13 {_HIGH / 2}) rotate(-90)" text-anchor="middle">{escape(y_name)}</text>'
    )
    for x, words in marks:
        at = place(x, 10 ** y_range[0])[0]
        parts.append(f'<path d="M{at:.1f} 10V{_HIGH - _LOW}" stroke="currentColor" stroke-dasharray="1 3"/>')
        parts.append(f'<text x="{at + 3:.1f}" y="{_HIGH - _LOW - 4}" font-size="10">{escape(words)}</text>')
    parts += [_curve(line, [place(*p) for p in line.points if min(p) > 0]) for line in lines]
    legend = "".join(f'<span style="white-space:nowrap">{_sample(line)} {escape(line.name)}</span> ' for line in lines)
    return f'<figure style="margin:0">{"".join(parts)}</svg><figcaption>{legend}</figcaption></figure>'


def _decades(values: list[float], grow: bool) -> tuple[float, float]:
    """The logarithms that an axis reaches: whole decades where it has a grid."""
    low, high = math.log10(min(values)), math.log10(max(values))
    if grow:
        low, high = math.floor(low), math.ceil(high)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _ticks(values: list[float]) -> list[float]:
    """Every value, where they are few; else the powers of ten between them."""
    if len(set(values)) <= _FEW:
        return sorted(set(values))
    low, high = math.log10(min(values)), math.log10(max(values))
    return [10.0**power for power in range(math.ceil(low), math.floor(high) + 1)]


def _part(v: float, reach: tuple[float, float]) -> float:
    return (math.log10(v) - reach[0]) / (reach[1] - reach[0])


def _curve(line: Line, places: list[tuple[float, float]]) -> str:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{line.colour}"/>' for x, y in places if line.dots)
    return f'<path d="M{path}" fill="none" stroke="{line.colour}" stroke-width="2"{_dash(line)}/>{dots}'


def _sample(line: Line) -> str:
    stroke = f'<path d="M0 6H26" stroke="{line.colour}" stroke-width="2"{_dash(line)}/>'
    return f'<svg width="26" height="12" aria-hidden="true">{stroke}</svg>'


def _dash(line: Line) -> str:
    return ' stroke-dasharray="5 4"' if line.dashed else ""

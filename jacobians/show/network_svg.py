"""The forward and backward network as SVG: a picture that needs nothing, in a notebook or on a page."""

from __future__ import annotations

from html import escape

from .network import COLOURS, Box, Network
from .places import HIGH, WIDE, canvas, centre, curve


def network_svg(drawn: Network) -> str:
    """The network as one <svg> element, with a description for those who do not see it."""
    width, height = canvas(drawn)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'style="width:100%;max-width:{width:.0f}px;height:auto" font-family="system-ui,sans-serif" font-size="13">',
        f"<title>{escape(described(drawn))}</title>",
        '<defs><marker id="jac-head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" fill="#888"/></marker></defs>',
    ]
    parts += [_arrow(drawn.boxes[a], drawn.boxes[b], dashed) for a, b, dashed in drawn.arrows]
    parts += [_box(box) for box in drawn.boxes.values()]
    return "".join([*parts, "</svg>"])


def described(drawn: Network) -> str:
    """The network in one sentence."""
    maps = [b.text for b in drawn.boxes.values() if b.kind == "map"]
    back = sum(b.kind == "jacobian" for b in drawn.boxes.values())
    said = f"; below it the backward network, of {back} matrices L" if back else ""
    return f"Forward network: {', '.join(maps)}{said}"


def _box(box: Box) -> str:
    x, y = centre(box)
    round = 3 if box.kind in ("map", "jacobian") else HIGH / 2
    size = 13 if len(box.text) < 11 else 13 * 11 / len(box.text)
    lines = f'<text x="{x:.0f}" y="{y + (0 if box.shape else 5):.0f}" text-anchor="middle" font-size="{size:.1f}">'
    lines += f"{escape(box.text)}</text>"
    if box.shape:
        lines += f'<text x="{x:.0f}" y="{y + 14:.0f}" text-anchor="middle" font-size="10">{escape(box.shape)}</text>'
    return (
        f'<g fill="#111"><rect x="{x - WIDE / 2:.0f}" y="{y - HIGH / 2:.0f}" width="{WIDE}" height="{HIGH}" '
        f'rx="{round:.0f}" fill="{COLOURS[box.kind]}" stroke="#0003"/>{lines}</g>'
    )


def _arrow(a: Box, b: Box, dashed: bool) -> str:
    (x0, y0), (x1, y1), (xm, ym) = curve(a, b)
    look = 'stroke="#999" stroke-dasharray="3 4" opacity=".7"' if dashed else 'stroke="#888"'
    return (
        f'<path d="M {x0:.0f} {y0:.0f} Q {xm:.0f} {ym:.0f} {x1:.0f} {y1:.0f}" fill="none" {look} stroke-width="1.5" '
        'marker-end="url(#jac-head)"/>'
    )

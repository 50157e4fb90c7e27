"""Boxes of lines: brackets around them, beside each other, cut where they are too wide."""

from __future__ import annotations

import re

Lines = list[str]
WIDTH = 100  # of what is no terminal
_COLOUR = re.compile("\033\\[[0-9;]*m")


def bracketed(lines: Lines, width: int) -> Lines:
    """The lines within one pair of tall brackets."""
    if len(lines) == 1:
        return [f"[ {lines[0]} ]"]
    left, right = "⎡" + "⎢" * (len(lines) - 2) + "⎣", "⎤" + "⎥" * (len(lines) - 2) + "⎦"
    return [f"{a} {line}{' ' * (width - visible(line))} {b}" for a, line, b in zip(left, lines, right, strict=True)]


def titled(title: str, lines: Lines) -> Lines:
    """A box with its title above."""
    return [title, *lines]


def side_by_side(boxes: list[Lines], between: str = " ", top: bool = False) -> Lines:
    """Boxes of lines beside each other, centred on one line (or with their first lines on one)."""
    height = max(map(len, boxes))
    out = [""] * height
    for k, box in enumerate(boxes):
        above = 0 if top else (height - len(box) + 1) // 2
        width = width_of(box)
        padded = [""] * above + box + [""] * (height - above - len(box))
        out = [
            f"{left}{between if k else ''}{line}{' ' * (width - visible(line))}"
            for left, line in zip(out, padded, strict=True)
        ]
    return [line.rstrip() for line in out]


def bands(boxes: list[Lines], width: int, between: str = " ") -> Lines:
    """Boxes side by side, as many as fit, the others below them."""
    lines: Lines = []
    band: list[Lines] = []
    for box in boxes:
        if band and sum(map(width_of, [*band, box])) + len(between) * len(band) > width:
            lines += [*side_by_side(band, between, top=True), *([""] if between.isspace() and len(between) > 1 else [])]
            band = []
        band.append(box)
    return lines + (side_by_side(band, between, top=True) if band else [])


def fitting(line: str, width: int) -> Lines:
    """The line, or as much of it as fits, and how much that is."""
    if visible(line) <= width:
        return [line]
    plain = strip(line)
    return [plain[: width - 2].rsplit(" ", 1)[0] + " …"]


def width_of(lines: Lines) -> int:
    """How many places the longest line takes."""
    return max(map(visible, lines), default=0)


def strip(line: str) -> str:
    """The line without its colours."""
    return _COLOUR.sub("", line)


def visible(line: str) -> int:
    """How many places a line takes on a terminal."""
    return len(strip(line))

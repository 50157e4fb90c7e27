"""Where the boxes and arrows of a network stand, in pixels: the same for SVG and for matplotlib."""

from __future__ import annotations

from .network import Box, Network

X, Y = 92, 62  # pixels a unit
WIDE, HIGH = 78, 40  # pixels a box
Place = tuple[float, float]


def canvas(drawn: Network) -> Place:
    """The width and height of the whole picture."""
    (wide, high) = drawn.size
    return (wide + 1.4) * X, (high + 1.0) * Y


def centre(box: Box) -> tuple[float, float]:
    """The middle of a box, in pixels."""
    return (box.x + 0.7) * X, (box.y + 0.5) * Y


def curve(a: Box, b: Box) -> tuple[Place, Place, Place]:
    """Where an arrow leaves a, where it meets b, and the point it bends towards.

    It goes from side to side; where they stand above each other, from top or bottom; and past the boxes in between,
    below the forward network and above the backward one, from bottom to bottom or top to top.
    """
    (x0, y0), (x1, y1) = centre(a), centre(b)
    if abs(a.x - b.x) > 1.5 and abs(a.y - b.y) < 0.9:
        edge = HIGH / 2 if b.x > a.x else -HIGH / 2
        middle = (y0 + y1) / 2 + 3.2 * edge
        return (x0, y0 + edge), (x1, y1 + edge), ((x0 + x1) / 2, middle)
    if abs(a.x - b.x) > 0.75 and abs(a.y - b.y) < 0.9:
        side = WIDE / 2 if x1 > x0 else -WIDE / 2
        x0, x1 = x0 + side, x1 - side
    else:
        down = HIGH / 2 if y1 > y0 else -HIGH / 2
        y0, y1 = y0 + down, y1 - down
    return (x0, y0), (x1, y1), ((x0 + x1) / 2, (y0 + y1) / 2)

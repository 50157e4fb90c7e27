"""How a convolution is cut: into runs of its output channels, and strips of the input's first axis.

Of m windows along an axis of n places, those from o to o' read the places from o s − p to (o' − 1) s − p + d (k − 1),
with stride s, padding p and dilation d. A strip of just these places is convolved without padding; where some of them
lie in the padding, with all of it, from a multiple of s on: its other windows are not of this run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from .cut import Part, boxes
from .geometry import Ints


def _count(n: int, k: int, s: int, p: int, d: int) -> int:
    """How many windows there are along one axis."""
    return (n + 2 * p - d * (k - 1) - 1) // s + 1


def strip(run: slice, n: int, k: int, s: int, p: int, d: int) -> tuple[slice, int, tuple[int, int]]:
    """The places that a run of windows reads, the padding they take, and how many windows there are besides.

    Returns:
        the slice of n places, the padding, and the number of windows before and after the run.
    """
    first, last = run.start * s - p, (run.stop - 1) * s - p + d * (k - 1)
    if first >= 0 and last < n:
        return slice(first, last + 1), 0, (0, 0)
    start = min(run.start - min(run.start, -(-p // s)), (n - 1) // s)
    reads = slice(start * s, max(min(n, last + 1), start * s + 1))
    before = run.start - start
    after = _count(reads.stop - reads.start, k, s, p, d) - before - (run.stop - run.start)
    return reads, p, (before, after)


def cut_convolution(
    layer: Any, rows: int, x: Any, W: Any, stride: Ints, padding: Ints, dilation: Ints
) -> Iterator[Part]:
    """Parts of a convolution with x [C, …] and W [O, C/groups, …], of about `rows` entries of y.

    Args:
        stride, padding, dilation: the settings of `layer`, one number for each axis.
    """
    out = tuple(map(_count, x.shape[1:], W.shape[2:], stride, padding, dilation))
    of_group, reads = len(W) // layer.groups, W.shape[1]  # channels of the output and of the input
    along = (x.shape[1], W.shape[2], stride[0], padding[0], dilation[0])
    for run, group, channel, *rest in boxes((out[0], layer.groups, of_group, *out[1:]), rows, 3):
        places, padded, beyond = strip(run, *along)
        y = slice(group.start * of_group + channel.start, (group.stop - 1) * of_group + channel.stop)
        cut = {"x": (slice(group.start * reads, group.stop * reads), places), "W": (y,), "b": (y,)}
        smaller = replace(layer, groups=group.stop - group.start, padding=(padded, *padding[1:]))
        yield Part((y, run, *rest), cut, smaller, ((0, 0), beyond, *((0, 0) for _ in rest)) if any(beyond) else ())

"""How a course lays out an array, as a pattern of named axes: "o i -> i o" says that its weights are our transpose.

The left side is the array here, the right side the same numbers there (the notation of einops). An axis is a name;
`1` is an axis of length one; `(a b)` is two axes made one, row by row; `...` is any number of axes.

    o i -> i o              transposed                  m -> m 1                a column
    n c h w -> n h w c      channels last               n c h w -> n (c h w)    flattened
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import prod

import numpy as np

from ...errors import BadFile

Sizes = dict[str, int]
Side = tuple[tuple[str, ...], ...]  # one tuple of names for each axis; an empty one is an axis of length one


@dataclass(frozen=True)
class Axes:
    """One pattern, for arrays of one number of axes."""

    here: Side
    there: Side

    def sizes(self, shape: tuple[int, ...], known: Sizes) -> Sizes | None:
        """The length of each named axis in an array of this shape here; None where it does not fit."""
        return _measured(self.here, shape, known)

    def to(self, v: np.ndarray, sizes: Sizes) -> np.ndarray:
        """An array from here as it is there: a view where that is possible."""
        return _moved(v, self.here, self.there, sizes)

    def back(self, v: np.ndarray, sizes: Sizes) -> np.ndarray:
        """An array from there, of the shape that `shape_there` says, as it is here."""
        return _moved(v, self.there, self.here, sizes)

    def shape_there(self, sizes: Sizes) -> tuple[int, ...]:
        """The shape that it has there."""
        return tuple(prod(sizes[a] for a in axis) for axis in self.there)


IDENTITY = "... -> ..."
_DOTS = ("...", "each by itself")  # `...`, where `(...)` is all of them made one


@cache
def parse(pattern: str, ndim: int) -> Axes | None:
    """The pattern for arrays with so many axes here; None where it is made for others.

    Raises:
        BadFile: what cannot be read as a pattern.
    """
    left, arrow, right = pattern.partition("->")
    if not arrow:
        raise BadFile(f"the layout {pattern!r} has no arrow: write our axes -> theirs, as in 'o i -> i o'")
    here, there = _side(left, pattern), _side(right, pattern)
    names, others = ([a for axis in side for a in axis if a != _DOTS[1]] for side in (here, there))
    if sorted(names) != sorted(others) or len(set(names)) != len(names) or ("...",) in here:
        raise BadFile(f"the layout {pattern!r} must name the same axes on both sides, each once")
    rest = ndim - sum(1 for axis in here if axis != _DOTS)
    if rest < 0 or (rest and _DOTS not in here):
        return None
    dots = tuple(f"...{k}" for k in range(rest))
    return Axes(_spread(here, dots), _spread(there, dots))


def _side(text: str, pattern: str) -> Side:
    axes: list[tuple[str, ...]] = []
    group: list[str] | None = None
    for word in text.replace("(", " ( ").replace(")", " ) ").split():
        if word == "(" and group is None:
            group = []
        elif word == ")" and group is not None:
            axes.append(tuple(group))
            group = None
        elif not (word.isidentifier() or word in ("...", "1")):
            raise BadFile(f"the layout {pattern!r} has {word!r}: an axis is a name, 1, ... or two names in parentheses")
        elif word == "1":
            axes.append(())
        elif group is not None:
            group.append(word)
        else:
            axes.append(_DOTS if word == "..." else (word,))
    if group is not None:
        raise BadFile(f"the layout {pattern!r} has a parenthesis that nothing closes")
    return tuple(axes)


def _spread(side: Side, dots: tuple[str, ...]) -> Side:
    """The side with names for each axis that `...` stands for."""
    spread: list[tuple[str, ...]] = []
    for axis in side:
        if axis == _DOTS:
            spread += [(d,) for d in dots]
        else:
            spread.append(tuple(b for a in axis for b in (dots if a == "..." else (a,))))
    return tuple(spread)


def _measured(side: Side, shape: tuple[int, ...], known: Sizes) -> Sizes | None:
    sizes = dict(known)
    for axis, length in zip(side, shape, strict=True):
        free = [a for a in axis if a not in sizes]
        told = prod(sizes[a] for a in axis if a in sizes)
        if len(free) > 1 or told == 0 or length % told:
            return None
        if free:
            sizes[free[0]] = length // told
        elif told != length:
            return None
    return sizes


def _moved(v: np.ndarray, side: Side, other: Side, sizes: Sizes) -> np.ndarray:
    names = [a for axis in side for a in axis]
    order = [a for axis in other for a in axis]
    apart = np.asarray(v).reshape([sizes[a] for a in names])
    turned = apart.transpose([names.index(a) for a in order])
    return turned.reshape([prod(sizes[a] for a in axis) for axis in other])

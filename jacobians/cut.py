"""A block of rows of L is the L of a smaller point: how a point is cut along y, for an L that does not fit in memory.

    L^a[I, :]  =  L^a at the arguments that y[I] reads, in the columns of what it reads; elsewhere 0           (1)

A layer says how it is cut by `cut(self, rows, /, …)`, which yields a `Part` for each run of about `rows` entries of y;
a batch is cut by examples first, and each example as its layer says. What a layer reads only in part (the rows of W of
a linear layer, a strip of an image) is an index of that argument; the smaller point has views, and copies nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from math import prod
from typing import Any

import numpy as np

from .batch import Batch
from .matrix import Array
from .point import Point

Slices = tuple[slice, ...]
Index = tuple[int | slice, ...]  # a number where an axis of examples is left
Ends = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Part:
    """A run of y's entries, and what they are computed from.

    Attributes:
        y: where they lie in y: a slice with both ends for each of its axes.
        reads: which entries of an argument its smaller one has, as slices; the whole argument where it is not named.
        map: the layer that computes them from these, where its settings are others.
        beyond: how many entries that smaller layer's y has before and after them, for each axis; () for none. Their g
            is 0.
    """

    y: Slices
    reads: dict[str, Slices]
    map: Any = None
    beyond: Ends = ()


@dataclass(frozen=True)
class Piece:
    """A smaller point whose L is a block of rows of a larger one's (1). Attributes as of Part."""

    point: Point
    y: Index
    reads: Mapping[str, Index] = field(default_factory=dict)
    beyond: Ends = ()

    def upstream(self, g: Array) -> Array:
        """These entries of g, in the shape of the smaller point's y."""
        return np.pad(g[self.y], self.beyond) if self.beyond else g[self.y]

    def within(self, y: Array) -> Array:
        """Of the smaller point's y those entries that are of this piece."""
        return y[tuple(slice(before, n - after) for (before, after), n in zip(self.beyond, y.shape, strict=False))]

    def where(self, a: str) -> Index:
        """Which entries of the larger point's argument the smaller one has."""
        return self.reads.get(a, ())

    @property
    def size(self) -> int:
        """How many entries of y it has."""
        return prod(s.stop - s.start for s in self.y if isinstance(s, slice))


def place(index: Index, at: tuple[int, ...]) -> tuple[int, ...]:
    """Where the entry `at` of array[index] is in the array."""
    inner = iter(at)
    return (*(k if isinstance(k, int) else k.start + next(inner) for k in index), *inner)


def boxes(shape: tuple[int, ...], rows: int, axes: int | None = None) -> Iterator[Slices]:
    """An array's entries in runs of about `rows`: along its first axis, and where one place of that has more, further.

    Args:
        axes: how many of its axes, the first ones, may be cut; by default all.
    """
    axes = len(shape) if axes is None else axes
    if axes == 0:
        yield tuple(slice(0, n) for n in shape)
        return
    slab = max(prod(shape[1:]), 1)
    step = 1 if slab > rows else rows // slab
    for i in range(0, shape[0], step):
        for rest in boxes(shape[1:], rows, axes - 1 if slab > rows else 0):
            yield (slice(i, min(i + step, shape[0])), *rest)


def alike(rows: int, y: tuple[int, ...], axes: int | None = None, **shapes: tuple[int, ...]) -> Iterator[Part]:
    """Parts of a y of this shape, each place of which reads the same place of the arguments, as NumPy broadcasts them.

    Args:
        axes: along how many of y's axes, the first ones, that is so; by default along all.
        shapes: of the arguments that are read so; others are read whole.
    """
    for box in boxes(y, rows, axes):
        reads = {}
        for a, shape in shapes.items():
            own = zip(box[len(y) - len(shape) :], shape, strict=True)
            reads[a] = tuple(s if n > 1 else slice(0, 1) for s, n in own)
        yield Part(box, reads)


def shape_of_y(point: Point) -> tuple[int, ...]:
    """The shape of y, without computing a y that may be large where its map can be cut."""
    map, values = point.map, point.values
    if isinstance(map, Batch):
        examples = map.examples(values)
        return (len(examples), *shape_of_y(Point(map.map, examples[0])))
    ends = [[s.stop for s in part.y] for part in _parts(map, 1 << 62, values)]
    return tuple(np.max(ends, axis=0).astype(int).tolist()) if ends else np.shape(point.forward())


def cut(point: Point, rows: int, shape: tuple[int, ...]) -> Iterator[Piece]:
    """The point in pieces of about `rows` entries of y, as far as its map can be cut; each entry is in one of them.

    Those that share what they read of a parameter follow one another.

    Args:
        shape: of y.
    """
    map, values = point.map, point.values
    if rows >= prod(shape):
        yield Piece(point, tuple(slice(0, n) for n in shape))
    elif not isinstance(map, Batch):
        yield from _pieces(point, rows, shape)
    elif rows >= 2 * prod(shape[1:]):
        own = [a for a in map.args if a not in map.shared]
        for y in boxes(shape, rows, 1):
            some = {a: v[y[0]] if a in own else v for a, v in values.items()}
            yield Piece(Point(map, some), y, dict.fromkeys(own, y[:1]))
    else:
        yield from _of_examples(map, values, rows, shape)


def _of_examples(map: Batch, values: dict[str, Array], rows: int, shape: tuple[int, ...]) -> Iterator[Piece]:
    """Each part of the layer, of one example after the other."""
    each = [_pieces(Point(map.map, one), rows, shape[1:]) for one in map.examples(values)]
    for same in zip(*each, strict=True):
        for i, piece in enumerate(same):
            own: dict[str, Index] = {a: (i, *piece.where(a)) for a in map.args if a not in map.shared}
            yield Piece(piece.point, (i, *piece.y), {**piece.reads, **own}, piece.beyond)


def _pieces(point: Point, rows: int, shape: tuple[int, ...]) -> Iterator[Piece]:
    """The parts that its layer says, as points; the point itself where it says none."""
    whole = Part(tuple(slice(0, n) for n in shape), {})
    parts = _parts(point.map, rows, point.values) if rows < prod(shape) else iter([whole])
    for part in chain([next(parts, whole)], parts):
        values = {a: v[part.reads[a]] if a in part.reads else v for a, v in point.values.items()}
        yield Piece(Point(part.map or point.map, values), part.y, part.reads, part.beyond)


def _parts(map: Any, rows: int, values: dict[str, Array]) -> Iterator[Part]:
    formula = getattr(map, "cut", None)
    return iter(()) if formula is None else formula(rows, **values)

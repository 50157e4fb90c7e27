"""Strips: the parts of a gradient that are summed up and judged one after the other, where L goes by in blocks.

    want, |g||L|, |g|E and the number of terms are sums over the rows of L (bound.py), so over its blocks         (1)

Blocks that read disjoint parts of an argument (rows of W, the examples of a batch) each have a strip of its own, which
is complete, judged and let go once the last block that reads it has gone by. Where these parts overlap, or leave some
of the argument out, an example is a strip, or the whole argument.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from ..blockwise import Plan
from ..cut import Index
from ..point import Point, differentiable
from .bound import Judged, Sums
from .formats import Format

Key = tuple[str, str]  # an argument, and the index of a strip as text
_ARRAYS = 5  # that a strip holds in each reading


class Strip:
    """The sums (1) for a part of an argument, in each reading of a format."""

    def __init__(self, region: Index, shape: tuple[int, ...], readings: int):
        """`region`: which part, of an argument of this shape."""
        self.region, self.shape = region, _shape(region, shape)
        self._sums: list[Sums | None] = [None] * readings
        self._looser: list[np.ndarray | None] = [None] * readings

    def add(self, reading: int, at: Index, sums: Sums, looser: np.ndarray | None) -> None:
        """Add what one block gives for the part `at` of the argument; `looser`: |g|E' of (3) in bound.py."""
        local = at[len(self.region) :]
        parts = (sums.want, sums.size, sums.lost, sums.terms)
        held = self._sums[reading]
        if held is None:
            want, size, lost, terms = (np.zeros(self.shape) for _ in parts)
            held = Sums(want, size, lost, terms, np.ones(1, bool))
            self._looser[reading] = None if looser is None else np.zeros(self.shape)
        for whole, part in zip((held.want, held.size, held.lost, held.terms), parts, strict=True):
            whole[local] += part.reshape(whole[local].shape)  # (1)
        self._sums[reading] = replace(held, exact=held.exact & sums.exact)
        if looser is not None and (whole := self._looser[reading]) is not None:
            whole[local] += looser.reshape(whole[local].shape)

    @property
    def exact(self) -> bool:
        """Whether nothing in it needed a rounding."""
        return all(held is not None and bool(held.exact[0]) for held in self._sums)

    def judged(self, reading: int, format: Format, run: slice) -> Judged:
        """Truth and tolerance of a run of its entries, counted row by row, as one gradient."""
        held, looser = self._sums[reading], self._looser[reading]
        assert held is not None
        want, size, lost, terms = (
            part.reshape(1, -1)[:, run] for part in (held.want, held.size, held.lost, held.terms)
        )
        sums = Sums(want, size, lost, terms, held.exact)
        slack = None if looser is None else partial(sums.tolerance, format, looser.reshape(1, -1)[:, run])
        return Judged(want, sums.tolerance(format), slack or (lambda: None))


class Strips:
    """The strips of every argument of a point that is cut by a plan, open as long as blocks add to them."""

    def __init__(self, point: Point, plan: Plan, readings: int):
        values = point.values
        self.shapes = {a: np.shape(values[a]) for a in differentiable(point.map)}
        self.readings, self._open = readings, dict[Key, Strip]()
        found: dict[str, list[Index]] = {a: [piece.where(a) for piece in plan.pieces(point)] for a in self.shapes}
        self._regions = {a: _regions(indices, self.shapes[a]) for a, indices in found.items()}
        self._last = {(a, str(r)): k for a, regions in self._regions.items() for k, r in enumerate(regions)}

    def of(self, a: str, block: int) -> Strip:
        """The strip that this block adds to."""
        region = self._regions[a][block]
        return self._open.setdefault((a, str(region)), Strip(region, self.shapes[a], self.readings))

    def complete(self, block: int) -> Iterator[tuple[str, Strip]]:
        """The strips that no block after this one adds to; they are let go."""
        for a, regions in self._regions.items():
            key = (a, str(regions[block]))
            if self._last[key] == block:
                yield a, self._open.pop(key)

    @property
    def most_held(self) -> int:
        """Bytes that all strips which are open at one time hold."""
        first = {(a, str(r)): k for a, regions in self._regions.items() for k, r in reversed([*enumerate(regions)])}
        change = np.zeros(max(self._last.values()) + 2, np.int64)
        for (a, region), k in first.items():
            size = 8 * _ARRAYS * self.readings * int(np.prod(_shape(self._regions[a][k], self.shapes[a])))
            change[k] += size
            change[self._last[a, region] + 1] -= size
        return int(change.cumsum().max())


def _regions(indices: list[Index], shape: tuple[int, ...]) -> list[Index]:
    """For each block the strip that it adds to: all strips together are the argument, none of it twice."""
    for depth in (None, 1):
        regions = [index[:depth] for index in indices]
        if all(depth is None or (r and isinstance(r[0], int)) for r in regions) and _parted(regions, shape):
            return regions
    return [()] * len(indices)


def _parted(regions: list[Index], shape: tuple[int, ...]) -> bool:
    seen = np.zeros(shape, bool)
    for region in {str(r): r for r in regions}.values():
        if seen[region].any():
            return False
        seen[region] = True
    return bool(seen.all())


def _shape(region: Index, shape: tuple[int, ...]) -> tuple[int, ...]:
    return np.broadcast_to(0.0, shape)[region].shape

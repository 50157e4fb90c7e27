"""g · L within a limit of memory: one block of rows of L at a time is made, multiplied with, and let go.

    g^a  =  Σ g[I] · L^a[I, :]        over the blocks I that the point is cut into (cut.py)                    (1)

The plan comes first: blocks are tried from the smallest on, each larger than the last, until one takes half of the
limit, or is as large as is of use; what that one took tells how many entries, bytes and seconds all of them will take.
The limit is on what is held at one time beyond the arguments, g, and the gradients.
"""

from __future__ import annotations

import math
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from math import prod

import numpy as np
from scipy.sparse import issparse

from . import matrix
from .cut import Piece, cut, shape_of_y
from .errors import TooLarge
from .matrix import Array, Matrix
from .memory import amount, limit
from .point import Point, differentiable
from .row_times import row_times

Work = Callable[[Piece], "Stored"]  # what is done with a block; it says what its L took
Progress = Callable[[int, int], None]  # entries of y done, of how many
_LOOKED_AT = 256  # blocks, of which one is tried
_GROWN = 8  # times at most is a block larger than the one tried before
_FREED = 31 << 20  # bytes: the largest array that glibc learns from, some 32 MiB
_ENOUGH = 16 << 20  # bytes: larger blocks are no faster, as what was just written is then no longer in a cache


@dataclass(frozen=True)
class Stored:
    """How many entries matrices store, and in how many bytes."""

    entries: int = 0
    bytes: int = 0

    def __add__(self, other: Stored) -> Stored:
        return Stored(self.entries + other.entries, self.bytes + other.bytes)

    @classmethod
    def of(cls, L: Matrix) -> Stored:
        if isinstance(L, np.ndarray):
            return cls(L.size, L.nbytes)
        return cls(L.nnz, L.data.nbytes + L.indices.nbytes + L.indptr.nbytes)


@dataclass(frozen=True)
class Plan:
    """How a point is cut, and what that will take.

    Attributes:
        shape: of y.
        rows: about how many entries of y a block has.
        blocks: about how many blocks there are.
        peak: bytes that the block which was tried held at one time.
        entries, bytes, seconds: of all blocks together, in proportion to that block.
    """

    shape: tuple[int, ...]
    rows: int
    blocks: int
    peak: int
    entries: int
    bytes: int
    seconds: float

    def pieces(self, point: Point) -> Iterator[Piece]:
        """The blocks of this point, or of another of the same shapes."""
        return cut(point, self.rows, self.shape)

    def __str__(self) -> str:
        return (
            f"about {self.entries:,} entries of L, {amount(self.bytes)}, in {self.blocks:,} blocks of rows; making and "
            f"using one takes {amount(self.peak)}, all of them about {self.seconds:.2g} s"
        )


def plan(point: Point, memory: int, work: Work | None = None) -> Plan:
    """Find out how large blocks may be.

    Args:
        memory: bytes.
        work: what is to be done with each block; by default its L are made and multiplied with a g of ones.

    Raises:
        TooLarge: the smallest block that the point can be cut into takes more.
    """
    shape = shape_of_y(point)
    work = work or _multiplied
    if memory >= 2 * _FREED:
        _keep_what_is_freed()
    total, rows = prod(shape), 1
    tried = _tried(point, rows, shape, work, memory)
    if tried.peak > memory:
        raise TooLarge(
            f"{point.map!r}: the smallest block of rows that L can be cut into, of {tried.size:,} of the {total:,} "
            f"entries of y, takes {amount(tried.peak)}, and --memory allows {amount(memory)}: allow more"
        )
    wanted = min(memory, _ENOUGH)
    while tried.size < total and tried.peak < wanted / 2:
        grown = int(tried.size * min(_GROWN, 0.8 * wanted / tried.peak))
        larger = _tried(point, grown, shape, work, memory)
        if larger.peak > memory or larger.size <= tried.size:
            break
        tried, rows = larger, grown
    share = total / tried.size
    stored = tried.stored
    return Plan(
        shape, min(rows, total), math.ceil(share), tried.peak,
        round(stored.entries * share), round(stored.bytes * share), tried.seconds * share,
    )  # fmt: skip


def multiply(point: Point, g: Array, plan: Plan, progress: Progress = lambda done, total: None) -> dict[str, Array]:
    """g^a = g · L^a for every argument that has a Jacobian (1), in the shape of a.

    Args:
        g: upstream gradient, in the shape of y.
        plan: how the point is cut.
    """
    values = point.values
    found = {a: np.zeros(np.shape(values[a]), np.result_type(g, values[a])) for a in differentiable(point.map)}
    done, total = 0, prod(plan.shape)
    for piece in plan.pieces(point):
        row = np.ravel(piece.upstream(g))
        for a, sums in found.items():
            at, L = piece.where(a), piece.point.L(a)
            if issparse(L) and sums[at].flags.c_contiguous:
                row_times(row, L, np.reshape(sums[at], -1))  # (1)
            else:
                sums[at] += np.reshape(matrix.multiply(row, L), np.shape(sums[at]))  # (1)
        done += piece.size
        progress(done, total)
    return found


def _multiplied(piece: Piece) -> Stored:
    g, stored = np.ones(np.shape(piece.point.forward())).ravel(), Stored()
    for a in differentiable(piece.point.map):
        L = piece.point.L(a)
        matrix.multiply(g, L)
        stored += Stored.of(L)
        del L
    return stored


def _keep_what_is_freed() -> None:
    """So that the memory one block frees is there for the next: fetched from the system again it costs as much as L.

    glibc keeps freed memory up to twice the largest array that was freed before; this one is never written to.
    """
    np.empty(_FREED, np.int8)


@dataclass(frozen=True)
class _Tried:
    size: int
    peak: int
    stored: Stored
    seconds: float


def _tried(point: Point, rows: int, shape: tuple[int, ...], work: Work, memory: int) -> _Tried:
    """What a block of about so many rows takes: the first, which may lie at a border, or one further on."""
    some = list(islice(cut(point, rows, shape), _LOOKED_AT))
    further = some[(len(some) - 1) // 2]  # not the last, which may be what is left
    peaks = [_peak(work, piece, memory) for piece in ([some[0], further] if further is not some[0] else [further])]
    before = time.perf_counter()
    stored = work(further)  # once more: now what is made but once is there
    return _Tried(further.size, max(peaks), stored, time.perf_counter() - before)


def _peak(work: Work, piece: Piece, memory: int) -> int:
    """Bytes that the work with one piece holds at most at one time."""
    with limit(memory):
        tracemalloc.start()
        try:
            work(piece)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

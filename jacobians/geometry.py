"""Windows: which place of the input each tap of each window reads, for convolution, pooling and resizing.

Along one axis of N places, with a kernel of k taps, stride s, padding p and dilation d,

    sliding     window o reads place  o s − p + t d  by its tap t; outside 0 … N − 1 lies padding           (1)
                there are  ⌊(N + 2p − d (k − 1) − 1)/s⌋ + 1  windows; with ceil_mode ⌈…⌉ + 1,               (2)
                but no window begins after the input and the padding before it, as in PyTorch               (3)
    spreading   the transpose: output place q reads place o by tap t where  o s − p + t d = q               (4)
                there are  (N − 1) s − 2p + d (k − 1) + 1 + output_padding  output places                   (5)
    adaptive    window o of M reads the places from ⌊o N/M⌋ up to, not including, ⌈(o + 1) N/M⌉             (6)
    nearest     output place o reads the one place ⌊o r⌋, r = N/M or 1/scale                                (7)

and over several axes the product of these. Places, windows and taps are numbered row by row. All of it comes from
shapes and settings alone, so it is computed once for each and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache, partial
from math import prod
from typing import Any

import numpy as np

from .broadcasting import selection
from .elements import Elements
from .errors import ArgumentError
from .keeping import kept
from .kinds import below
from .matrix import Array, Matrix, entries
from .patterns import Pattern

Ints = tuple[int, ...]
Each = int | tuple[int, ...]  # a setting: one number for all axes, or one for each
_KEPT = 64  # how many geometries are remembered: those of a network, and of its points


def each(setting: Any, axes: int) -> Ints:
    """A setting as one number for each axis."""
    numbers = (setting,) * axes if np.ndim(setting) == 0 else tuple(setting)
    if len(numbers) != axes:
        raise ArgumentError(
            f"the setting {setting!r} has {len(numbers)} numbers for {axes} axes: give one, or one for each axis"
        )
    return tuple(int(k) for k in numbers)


@dataclass(frozen=True, eq=False)
class Windows:
    """The reads of all windows, as a table and as a list.

    Attributes:
        axes: how many places the input has along each axis.
        out: how many windows there are along each axis.
        table: |windows| × |taps|, the place each tap reads; −1 where it reads none.
        padded: likewise, whether the tap lies in the input or its padding, and not beyond both.
    """

    axes: Ints
    out: Ints
    table: np.ndarray
    padded: np.ndarray

    @property
    def places(self) -> int:
        """How many places one channel of the input has."""
        return prod(self.axes)

    @cached_property
    def inside(self) -> np.ndarray:
        """Where a tap reads the input."""
        return self.table >= 0

    @cached_property
    def links(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(window, tap, place) of each read."""
        window, tap = np.nonzero(self.inside)
        return window, tap, self.table[window, tap]

    def read(self, x: Array, padding: float = 0.0) -> Array:
        """What the taps read, |channels| × |windows| × |taps|, the axes being the last of x."""
        return np.where(self.inside, x.reshape(-1, self.places)[:, self.table], padding)

    def per_channel(self, channels: int, values: Any) -> Matrix:
        """The Jacobian of what reads each channel alike: one value for each of `links`, or for all."""
        return _per_channel(self, channels).fill(values)


@kept
def _per_channel(windows: Windows, channels: int) -> Pattern:
    window, _, place = windows.links
    c, P, N = np.arange(channels)[:, None], prod(windows.out), windows.places
    return Pattern(c * P + window, c * N + place, (channels * P, channels * N))


def _product(axes: Ints, tables: list[np.ndarray], padded: list[np.ndarray]) -> Windows:
    """Windows over several axes from those along each."""
    table, known = np.zeros((1, 1), np.intp), np.ones((1, 1), bool)
    for n, along, inside in zip(axes, tables, padded, strict=True):
        table, along, known, inside = (
            table[:, None, :, None],
            along[None, :, None, :],
            known[:, None, :, None],
            inside[None, :, None, :],
        )
        both = np.where((table < 0) | (along < 0), -1, table * n + along)
        table = both.reshape(both.shape[0] * both.shape[1], -1)
        known = (known & inside).reshape(table.shape)
    for array in (table, known):
        array.flags.writeable = False
    return Windows(axes, tuple(len(along) for along in tables), table, known)


def _count(n: int, k: int, s: int, p: int, d: int, ceil_mode: bool) -> int:
    """How many windows there are along one axis."""
    m = (n + 2 * p - d * (k - 1) - 1 + (s - 1 if ceil_mode else 0)) // s + 1  # (2)
    return m - 1 if ceil_mode and (m - 1) * s >= n + p else m  # (3)


@lru_cache(_KEPT)
def sliding(
    axes: Ints,
    kernel: Ints,
    stride: Ints,
    padding: Ints,
    dilation: Ints,
    ceil_mode: bool = False,
    out: Ints | None = None,
) -> Windows:
    """Windows that slide over the input.

    Args:
        out: how many windows, where it is not to follow from the rest.

    Raises:
        ArgumentError: the kernel is larger than the padded input.
    """
    if out is None:
        out = tuple(map(partial(_count, ceil_mode=ceil_mode), axes, kernel, stride, padding, dilation))
    if min(out, default=1) < 1:
        raise ArgumentError(
            f"a kernel of {kernel} taps with dilation {dilation} does not fit into {axes} places with padding {padding}"
        )
    tables, padded = list[np.ndarray](), list[np.ndarray]()
    for n, m, k, s, p, d in zip(axes, out, kernel, stride, padding, dilation, strict=True):
        place = below(m)[:, None] * s - p + below(k) * d  # (1)
        tables.append(np.where((place >= 0) & (place < n), place, -1))
        padded.append((place >= -p) & (place < n + p))
    return _product(axes, tables, padded)


@lru_cache(_KEPT)
def spreading(
    axes: Ints, kernel: Ints, stride: Ints, padding: Ints, dilation: Ints, output_padding: Ints, out: Ints | None = None
) -> Windows:
    """The transpose of sliding: what each output place reads when each input place spreads over a window of outputs."""
    tables, padded = list[np.ndarray](), list[np.ndarray]()
    for a, (n, k, s, p, d, extra) in enumerate(
        zip(axes, kernel, stride, padding, dilation, output_padding, strict=True)
    ):
        m = out[a] if out else (n - 1) * s - 2 * p + d * (k - 1) + 1 + extra  # (5)
        if m < 1:
            raise ArgumentError(f"a padding of {padding} leaves nothing of what {axes} places spread to")
        place, rest = np.divmod(below(m)[:, None] + p - below(k) * d, s)  # (4)
        tables.append(np.where((rest == 0) & (place >= 0) & (place < n), place, -1))
        padded.append(tables[-1] >= 0)
    return _product(axes, tables, padded)


@lru_cache(_KEPT)
def adaptive(axes: Ints, out: Ints) -> Windows:
    """As many windows as are asked for, together over all of the input."""
    tables: list[np.ndarray] = []
    for n, m in zip(axes, out, strict=True):
        start = np.arange(m) * n // m
        length = -(-(np.arange(m) + 1) * n // m) - start  # (6)
        place = start[:, None] + below(length.max())
        tables.append(np.where(place < (start + length)[:, None], place, -1))
    return _product(axes, tables, [table >= 0 for table in tables])


Resized = tuple[Ints, tuple[Fraction, ...]]


def resized(axes: Ints, size: Any, scale: Any) -> Resized:
    """The size to which places are resized, and how many places of the input one of the output is.

    Args:
        size: how many places there are to be along each axis; None where `scale` says it.
        scale: how many times as many; a whole number of them where that leaves a rest.
    """
    if size is not None:
        out = each(size, len(axes))
        return out, tuple(map(Fraction, axes, out))
    scales = tuple(map(Fraction, (scale,) * len(axes) if np.ndim(scale) == 0 else scale))
    return tuple(int(n * f) for n, f in zip(axes, scales, strict=True)), tuple(1 / f for f in scales)


@lru_cache(_KEPT)
def nearest(axes: Ints, out: Ints, ratio: tuple[Fraction, ...], centred: bool = False) -> Windows:
    """Windows of one tap: output place o reads place ⌊o r⌋, or where `centred` the place in which o's centre lies."""
    shift = Fraction(1, 2) if centred else 0
    tables = [
        np.array([[min(int((o + shift) * r), n - 1)] for o in range(m)])  # (7)
        for n, m, r in zip(axes, out, ratio, strict=True)
    ]
    return _product(axes, tables, [table >= 0 for table in tables])


@dataclass(frozen=True, eq=False)
class Triples:
    """Every product in y[i] = Σ W[k] x[j] of a convolution: places in vec(y), vec(x) and vec(W).

    Each [O × products of one output channel]; every channel has them in the same order.
    """

    i: np.ndarray
    j: np.ndarray
    k: np.ndarray
    shape: tuple[int, int, int]  # |y|, |x|, |W|

    @property
    def nbytes(self) -> int:
        """What the places take, and both Jacobians' patterns."""
        return 100 * self.i.size

    def L_x(self, W: Array) -> Matrix:
        """∂y/∂x."""
        pattern, k = self._of_x
        return pattern.fill(np.take(W, k))

    def L_W(self, x: Array) -> Matrix:
        """∂y/∂W."""
        pattern, j = self._of_W
        return pattern.fill(np.take(x, j))

    def L(self, a: str, x: Array, W: Array) -> Matrix:
        """∂y/∂x or ∂y/∂W, whichever a is."""
        return self.L_x(W) if a == "x" else self.L_W(x)

    @cached_property
    def _of_x(self) -> tuple[Pattern, np.ndarray]:
        """Where W[k] stands, and k, row by row."""
        return self._row_by_row(self.j, self.shape[1], self.k)

    @cached_property
    def _of_W(self) -> tuple[Pattern, np.ndarray]:
        """Where x[j] stands, and j, row by row."""
        return self._row_by_row(self.k, self.shape[2], self.j)

    def _row_by_row(self, cols: np.ndarray, n: int, other: np.ndarray) -> tuple[Pattern, np.ndarray]:
        order = np.lexsort((cols[0], self.i[0]))
        i, cols, other = (np.take(v, order, axis=1) for v in (self.i, cols, other))
        return Pattern(i, cols, (self.shape[0], n)), other


@kept
def triples(
    windows: Windows, C: int, O: int, groups: int, flip: bool = False, transposed: bool = False, mixed: bool = False
) -> Triples:
    """The products of a convolution of C channels to O.

    Args:
        flip: tap t has the weight at the mirrored place of the kernel.
        transposed: W is [C, O/groups, …] and not [O, C/groups, …].
        mixed: output channel o belongs to group o mod groups, a mistake, and not to ⌊o/(O/groups)⌋.
    """
    window, tap, place = windows.links
    per_group, taps = C // groups, windows.table.shape[1]
    o, c = np.arange(O)[:, None, None], np.arange(per_group)[None, :, None]
    source = (o % groups if mixed else o // (O // groups)) * per_group + c  # the channel of x
    kernel = source * (O // groups) + o % (O // groups) if transposed else o * per_group + c  # the kernel in W
    i = o * prod(windows.out) + window
    j = source * prod(windows.axes) + place
    k = kernel * taps + (taps - 1 - tap if flip else tap)
    i, j, k = (np.broadcast_to(part, (O, per_group, window.size)).reshape(O, -1) for part in (i, j, k))
    return Triples(i, j, k, (O * prod(windows.out), C * windows.places, O * per_group * taps))


def per_place(bias: Array, windows: Windows) -> Matrix:
    """∂y/∂b, y of |b| channels, each entry of b added to every place of its own."""
    return selection((len(bias), prod(windows.out)), bias[:, None])


def in_arithmetic_of(x: Array, constants: Any) -> Array:
    """These constants as numbers of x's arithmetic, or of its type."""
    return x.lift(constants) if isinstance(x, Elements) else np.asarray(constants, x.dtype)


# -- mistakes that windows invite -------------------------------------------------------------------------------------

Misplaced = Iterator[tuple[str, str, Windows]]  # name and sentence of a mistake, and the windows it uses


def misplaced(
    make: Callable[..., Windows], right: Windows, kernel: Ints, stride: Ints, padding: Ints, dilation: Ints
) -> Misplaced:
    """The windows that code uses which takes one setting for another, as many as the right ones.

    Args:
        make: of (kernel, stride, padding, dilation); `sliding` or `spreading` for this input.
    """
    one, none = (1,) * len(kernel), (0,) * len(kernel)
    yield "stride-missing", "its windows move on by one place, not by the stride", make(kernel, one, padding, dilation)
    yield (
        "padding-missing",
        "its windows start at the edge of the input, not in the padding",
        make(kernel, stride, none, dilation),
    )
    text = "stride and dilation are exchanged"
    yield "stride-and-dilation-exchanged", text, make(kernel, dilation, padding, stride)
    if len(kernel) > 1:
        first = (tuple(s[:1] * len(kernel)) for s in (stride, padding, dilation))
        text = "it uses the stride, padding and dilation of the height for the width too"
        yield "height-for-width", text, make(kernel, *first)
        text = "it uses the padding of the height for the width too"
        yield "padding-of-the-height", text, make(kernel, stride, padding[:1] * len(kernel), dilation)


def last_written(L: Matrix) -> Matrix:
    """L of code that assigns to each place of the gradient where it should add: only its last row's entry is left."""
    L = L.tocoo()
    order = np.lexsort((L.row, L.col))
    row, col, data = L.row[order], L.col[order], L.data[order]
    last = np.append(col[1:] != col[:-1], True)[: col.size]
    return entries(row[last], col[last], data[last], L.shape)

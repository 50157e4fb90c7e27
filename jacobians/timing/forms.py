"""One backward in its forms: L built dense and sparse, g·L multiplied dense and sparse, and fused without any L.

Bytes moved, the least that any code can do with it (i: bytes of an entry, j: of an index):

    dense g·L      |y||a| i + |y| i + |a| i                       every entry of L once                  (1)
    sparse g·L     nnz (i + j) + (|y| + 1) j + |y| i + |a| i      CSR: data, indices, row starts         (2)
    fused          the arguments, g, and the gradients                                                   (3)
    building L     what it then takes in memory                                                          (4)

Operations: 2 for every stored entry of L; of the fused form those that its code makes (flops.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from ..errors import TooLarge
from ..matrix import Matrix, in_form, multiply
from ..memory import current_limit, limit
from ..point import Point
from ..verify.trial import settings_for
from .flops import operations
from .peers import Peer

DENSE_MOST = 1 << 28  # bytes of a dense L that is still timed, where no limit was given


@dataclass(frozen=True)
class Contestant:
    """One form of one backward.

    Attributes:
        form: "dense", "sparse" or "fused"; what: "build" or "multiply".
        call: does it once.
        bytes: the least it has to move.
        flops: floating-point operations.
        traced: whether NumPy allocates what it allocates, so that its peak of memory can be told.
    """

    form: str
    what: str
    call: Callable[[], Any]
    bytes: int
    flops: int
    traced: bool = True


def in_type(point: Point, dtype: str) -> Point:
    """The point with its floating-point values in this type."""
    values = {
        a: v.astype(dtype) if v.dtype.kind == "f" else v
        for a, v in ((a, np.asarray(v)) for a, v in point.values.items())
    }
    return replace(point, values=values)


def contestants(
    point: Point, fast: Any, g: np.ndarray, natural: dict[str, Matrix], peers: Iterable[tuple[str, Peer]] = ()
) -> list[Contestant]:
    """Every form that fits in memory, for all arguments of the point together.

    Args:
        point: the batched point.
        fast: code with forward and backward.
        g: upstream gradient in the shape of y.
        natural: every L^a of the point.
        peers: other people's code of the fused form, by name.
    """
    wanted = tuple(natural)
    row = g.reshape(1, -1)
    found: list[Contestant] = []
    for form in ("dense", "sparse"):
        try:
            with limit(current_limit() or DENSE_MOST):
                Ls = {a: in_form(L, form) for a, L in natural.items()}
                size = sum(map(_bytes, Ls.values()))
                build = partial(_build, point, wanted, form)
        except TooLarge:
            continue
        vectors = g.nbytes * len(Ls) + sum(L.shape[1] for L in Ls.values()) * g.itemsize
        flops = 2 * sum(_stored(L) for L in Ls.values())
        found.append(Contestant(form, "build", build, size, 0))  # (4)
        found.append(Contestant(form, "multiply", partial(_multiply, row, Ls), size + vectors, flops))  # (1) (2)
    fused = _fused(point, fast, g)
    return [*found, fused, *(_peer(name, one, point, g, fused) for name, one in peers)]


def _build(point: Point, wanted: tuple[str, ...], form: Any) -> list[Matrix]:
    return [point.L(a, form) for a in wanted]


def _multiply(row: np.ndarray, Ls: dict[str, Matrix]) -> list[Matrix]:
    return [multiply(row, L) for L in Ls.values()]


def _fused(point: Point, fast: Any, g: np.ndarray) -> Contestant:
    _, saved = fast.forward(**point.values, **point.map.settings)
    gradients = fast.backward(g, saved)
    moved = [*point.values.values(), g, *(v for v in gradients.values() if v is not None)]
    size = sum(np.asarray(v).nbytes for v in moved)  # (3)
    flops = operations(fast, point.values, point.map.settings, g)
    return Contestant("fused", "multiply", lambda: fast.backward(g, saved), size, flops)


def _peer(name: str, peer: Peer, point: Point, g: np.ndarray, fused: Contestant) -> Contestant:
    """The same backward by a library: the same bytes and operations, whatever it makes of them."""
    settings = settings_for(peer, point, peer.layer, [], peer.settings)
    _, saved = peer.forward(**point.values, **(settings or {}))
    return replace(fused, form=name, call=partial(peer.pull, peer.native(g), saved), traced=False)


def _bytes(L: Matrix) -> int:
    return L.nbytes if isinstance(L, np.ndarray) else L.data.nbytes + L.indices.nbytes + L.indptr.nbytes


def _stored(L: Matrix) -> int:
    return L.size if isinstance(L, np.ndarray) else L.nnz

"""One backward in its forms: L built dense and sparse, g·L multiplied dense and sparse, and fused without any L.

Bytes moved, the least that any code can do with it (i: bytes of an entry, j: of an index):

    dense g·L      |y||a| i + |y| i + |a| i                       every entry of L once                  (1)
    sparse g·L     nnz (i + j) + (|y| + 1) j + |y| i + |a| i      CSR: data, indices, row starts         (2)
    fused          the arguments, g, and the gradients                                                   (3)
    building L     what it then takes in memory                                                          (4)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from ..errors import TooLarge
from ..matrix import Matrix, in_form, multiply
from ..memory import limit
from ..point import Point, differentiable

DENSE_MOST = 1 << 28  # bytes of a dense L that is still timed


@dataclass(frozen=True)
class Contestant:
    """One form of one backward.

    Attributes:
        form: "dense", "sparse" or "fused"; what: "build" or "multiply".
        call: does it once.
        bytes: the least it has to move.
        flops: multiplications and additions.
    """

    form: str
    what: str
    call: Callable[[], Any]
    bytes: int
    flops: int


def in_type(point: Point, dtype: str) -> Point:
    """The point with its floating-point values in this type."""
    values = {
        a: v.astype(dtype) if v.dtype.kind == "f" else v
        for a, v in ((a, np.asarray(v)) for a, v in point.values.items())
    }
    return replace(point, values=values)


def contestants(point: Point, fast: Any, g: np.ndarray) -> list[Contestant]:
    """Every form that fits in memory, for all arguments of the point together.

    Args:
        point: the batched point.
        fast: code with forward and backward.
        g: upstream gradient in the shape of y.
    """
    wanted = differentiable(point.map)
    row = g.reshape(1, -1)
    natural = {a: point.L(a) for a in wanted}
    found: list[Contestant] = []
    for form in ("dense", "sparse"):
        try:
            with limit(DENSE_MOST):
                Ls = {a: in_form(L, form) for a, L in natural.items()}
                size = sum(map(_bytes, Ls.values()))
                build = partial(_build, point, wanted, form)
        except TooLarge:
            continue
        vectors = g.nbytes * len(Ls) + sum(L.shape[1] for L in Ls.values()) * g.itemsize
        flops = 2 * sum(_stored(L) for L in Ls.values())
        found.append(Contestant(form, "build", build, size, 0))  # (4)
        found.append(Contestant(form, "multiply", partial(_multiply, row, Ls), size + vectors, flops))  # (1) (2)
    return [*found, _fused(point, fast, g)]


def _build(point: Point, wanted: tuple[str, ...], form: Any) -> list[Matrix]:
    return [point.L(a, form) for a in wanted]


def _multiply(row: np.ndarray, Ls: dict[str, Matrix]) -> list[Matrix]:
    return [multiply(row, L) for L in Ls.values()]


def _fused(point: Point, fast: Any, g: np.ndarray) -> Contestant:
    _, saved = fast.forward(**point.values, **point.map.settings)
    gradients = fast.backward(g, saved)
    moved = [*point.values.values(), g, *(v for v in gradients.values() if v is not None)]
    return Contestant("fused", "multiply", lambda: fast.backward(g, saved), sum(np.asarray(v).nbytes for v in moved), 0)


def _bytes(L: Matrix) -> int:
    return L.nbytes if isinstance(L, np.ndarray) else L.data.nbytes + L.indices.nbytes + L.indptr.nbytes


def _stored(L: Matrix) -> int:
    return L.size if isinstance(L, np.ndarray) else L.nnz

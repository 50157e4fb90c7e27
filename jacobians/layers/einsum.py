"""Einsum: y = Σ x0 x1 …, summed over the letters that are not kept.

The specification is NumPy's: "ij,jk->ik" names each axis of each operand by a letter, and those of y. A letter twice in
one operand takes the diagonal; "..." stands for axes that broadcast; without "->" the letters that occur once are kept,
in alphabetical order.

    y[kept]            = Σ Π x[its letters]        over the letters not kept                        (1)
    L^xk[kept, own]    = Σ Π of the other operands    over the letters neither kept nor xk's own     (2)
                         where the letters in both agree, else 0
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from string import ascii_letters
from typing import Any

import numpy as np

from ..keeping import kept as remembered
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..moving import Shape, numbered
from ..patterns import Pattern
from ..point import Point


class Einsum(Layer):
    spec: str = "ij,jk->ik"
    n: int = 2

    def forward(self, **x: Any) -> Any:
        kept, *letters = explicit(self.spec, [x[a].ndim for a in self.args])
        return _sum(kept, [diagonals(own, x[a]) for own, a in zip(letters, self.args, strict=True)])  # (1)

    def L_x(self, k: str, **x: Any) -> Matrix:
        kept, *letters = explicit(self.spec, [x[a].ndim for a in self.args])
        at = self.args.index(k)
        own = dict.fromkeys(letters[at])
        others = [diagonals(letters[i], x[a]) for i, a in enumerate(self.args) if i != at]
        every = kept + "".join(c for c in own if c not in kept)
        shared = "".join(c for c in every if any(c in theirs for theirs, _ in others))
        factor = _spread(every, shared, _sum(shared, others)) if others else np.ones((1,) * len(every))  # (2)
        reads = _reads(every, len(kept), letters[at], x[k].shape, factor.shape)
        if not set(own) & set(kept) and reads.rows.size == reads.shape[0] * reads.shape[1]:
            return np.broadcast_to(factor, reads.form).reshape(reads.shape)
        return reads.fill(factor)

    def mistakes(self, a: str, /, **x: Any) -> Iterator[Mistake]:
        kept, *letters = explicit(self.spec, [x[b].ndim for b in self.args])
        own = letters[self.args.index(a)]
        order = sorted(own, key=(kept + own).index)  # kept letters first, as they are in y
        if len(set(own)) == len(own) and "".join(order) != own:
            left = np.transpose(numbered(x[a].shape), [own.index(c) for c in order])
            text = "its axes are left in the order in which they come out of the product, not in the argument's"
            yield Mistake("axes-not-restored", text, self.L(a, **x)[:, left.ravel()])

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, spec: str, *shapes: tuple[int, ...]) -> Point:
            values = {f"x{k}": rng.standard_normal(shape) for k, shape in enumerate(shapes)}
            return Point(cls(spec=spec, n=len(shapes)), values, name)

        yield point("typical", "jik,kl->lij", (3, 2, n), (n, 4))
        yield point("three operands", "ij,jk,lk->il", (2, n), (n, 3), (4, 3))
        yield point("all summed", "ij,ji->", (n, 2), (2, n))
        yield point("nothing summed", "i,j->ji", (n,), (3,))
        yield point("one operand, a diagonal", "iji->ji", (3, n, 3))
        yield point("a trace among the letters", "iij,j->j", (3, 3, n), (n,))
        yield point("a letter of one operand summed", "ij,k->ki", (2, n), (3,))
        yield point("dots that broadcast", "...ij,k...j->...k", (2, 3, n), (4, 1, n))
        yield point("without an arrow", "ca, ab", (n, 3), (3, 2))
        whole = {"x0": rng.integers(-2, 3, (2, 3, n)).astype(float), "x1": rng.integers(-2, 3, (2, n, 2)).astype(float)}
        yield Point(cls(spec="bij,bjk->bik"), whole, "whole numbers")


def explicit(spec: str, ndims: list[int]) -> list[str]:
    """The letters of y, then of each operand, with letters in place of "..." and what "->" leaves unsaid."""
    inputs, arrow, kept = spec.replace(" ", "").partition("->")
    operands = inputs.split(",")
    free = [c for c in reversed(ascii_letters) if c not in spec]
    depths = [n - len(own.replace("...", "")) for own, n in zip(operands, ndims, strict=True)]
    dots = "".join(free[: max(d for d, _ in zip(depths, operands, strict=True))])
    if not arrow:
        named = inputs.replace(",", "").replace(".", "")
        kept = "..." + "".join(sorted(c for c in set(named) if named.count(c) == 1))
    filled = [own.replace("...", dots[len(dots) - d :]) for own, d in zip(operands, depths, strict=True)]
    return [kept.replace("...", dots), *filled]


def diagonals(letters: str, x: Any) -> tuple[str, Any]:
    """x with the diagonal taken where a letter is repeated, and its letters then."""
    for c in dict.fromkeys(letters):
        while letters.count(c) > 1:
            i, k = [i for i, other in enumerate(letters) if other == c][:2]
            x = np.diagonal(x, axis1=i, axis2=k)  # which puts the diagonal's axis last
            letters = letters[:i] + letters[i + 1 : k] + letters[k + 1 :] + c
    return letters, x


def _sum(kept: str, operands: list[tuple[str, Any]]) -> Any:
    return np.einsum(",".join(own for own, _ in operands) + "->" + kept, *(x for _, x in operands))


def _spread(every: str, own: str, x: Any) -> Any:
    """x with an axis for every letter, of length one for those it does not have."""
    x = np.transpose(x, sorted(range(len(own)), key=lambda i: every.index(own[i])))
    sizes = iter(x.shape)
    return x.reshape([next(sizes) if c in own else 1 for c in every])


@remembered
def _reads(every: str, of_y: int, letters: str, shape: Shape, factor: Shape) -> Pattern:
    """Which entries of the argument each entry of y reads, `every` letter an axis, the first of them y's."""
    places = _spread(every, *diagonals(letters, numbered(shape)))
    full = np.broadcast_shapes(factor, places.shape)
    y = numbered(full[:of_y] + (1,) * (len(every) - of_y))
    return Pattern(y, np.broadcast_to(places, full), (y.size, prod(shape)))

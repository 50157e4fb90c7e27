"""What every loss does with its terms: keep, add or average them; and the mistakes made in that.

A term may read several entries of an argument. "none": y holds the terms; "sum": y = Σ terms; "mean": y = Σ terms/K.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np

from .errors import UnknownName, nearest
from .keeping import kept
from .matrix import Array, Matrix, diag
from .mistake import Mistake
from .moving import numbered
from .patterns import Pattern


def reduced(terms: Array, reduction: str, count: float | None = None) -> Array:
    """The terms of a loss: their sum, their mean, or with "none" as they are.

    Args:
        count: what the mean divides the sum by; by default how many terms there are.
    """
    if reduction not in ("mean", "sum", "none"):
        known = ("mean", "sum", "none")
        raise UnknownName(f"no reduction is called {reduction!r}: write mean, sum or none.{nearest(reduction, known)}")
    if reduction == "none":
        return terms
    total = terms.ravel().sum(axis=0, keepdims=True)  # an array: before NumPy 2 a float32 scalar / float is float64
    return (total if reduction == "sum" else total / float(terms.size if count is None else count))[0]


def L_reduced(d: Array, reduction: str, count: float | None = None, term: np.ndarray | None = None) -> Matrix:
    """∂(reduced terms)/∂x, where each entry of x enters one term.

    Args:
        d: the derivative of that term by the entry, in the shape of x.
        count: as in `reduced`; by default how many entries x has.
        term: the numbers 0, 1, … of all terms, in a shape that broadcasts to x's; by default each entry is a term.
    """
    if reduction != "none":
        row = d.reshape(1, -1)
        return row if reduction == "sum" else row / float(d.size if count is None else count)
    if term is None:
        return diag(d)
    if term.size == 1:
        return d.reshape(1, -1)
    return _by_term(np.shape(term), d.shape).fill(d)


@kept
def _by_term(term: tuple[int, ...], shape: tuple[int, ...]) -> Pattern:
    """Each entry of x in the row of its term."""
    rows = np.broadcast_to(numbered(term), shape)
    return Pattern(rows, numbered(shape), (prod(term), prod(shape)))


def mean_mistakes(L: Matrix, reduction: str, count: float, examples: int) -> Iterator[Mistake]:
    """What goes wrong with the factor 1/count of the right L; `examples` is the length of the batch."""
    if reduction != "mean" or count == 1:
        return
    yield Mistake("missing-mean", "it is the gradient of the sum: not divided by what the mean divides by", L * count)
    yield Mistake("mean-taken-twice", "it is divided twice by what the mean divides by", L / count)
    if 1 < examples != count:
        text = "divided by the number of examples, where the mean is over every entry"
        yield Mistake("mean-over-examples", text, L * (count / examples))


def pairs(rng: np.random.Generator, n: int) -> Iterator[tuple[str, str, dict[str, np.ndarray]]]:
    """Predictions and targets to examine a loss at that compares them entry by entry: name, reduction, values."""

    def drawn(shape: tuple[int, ...], scale: float = 1.0) -> dict[str, np.ndarray]:
        return {a: rng.standard_normal(shape) * scale for a in ("yhat", "target")}

    yield "typical", "mean", drawn((n + 1, n))
    yield "summed", "sum", drawn((2, 2, n))
    yield "not reduced", "none", drawn((n, 2))
    yield "one example", "mean", drawn((1, n))
    yield "numbers", "mean", drawn((n,))
    yield "large", "mean", drawn((2, 3), 1e6)
    yield "tiny", "none", drawn((3, 2), 1e-6)
    some = drawn((4, 2))
    equal = np.arange(8).reshape(4, 2) % 3 == 0
    yield "some predictions exact", "mean", some | {"yhat": np.where(equal, some["target"], some["yhat"])}
    yield "whole numbers", "sum", {a: rng.integers(-2, 3, (3, 4)).astype(float) for a in ("yhat", "target")}

"""Hinge: J = Σ max(0, x[r, j] − x[r, c] + δ)/N, over all wrong classes j ≠ c of N examples r.

The multiclass support vector machine's loss of CS231n: x holds the scores, [N × C], labels the right class c of each
example, δ = `delta`. The sum over the classes is no mean (PyTorch's multi_margin_loss divides by C besides).
`reduction` "sum" leaves out the 1/N, "none" the sum over the examples as well; the mean divides L by N.

    m[r, j]        = x[r, j] − x[r, c] + δ                                         (1)
    J[r]           = Σⱼ max(0, m[r, j])        j ≠ c; with "none": [N]             (2)
    s[r, j]        = 1 if m[r, j] > 0, 0 if m[r, j] < 0, at_zero at 0; for j ≠ c   (3)
    ∂J[r]/∂x[r, j] = s[r, j]                   j ≠ c                               (4)
    ∂J[r]/∂x[r, c] = −Σⱼ s[r, j]               j ≠ c                               (5)

A margin of exactly 0 is a kink, and its derivative a convention: CS231n and PyTorch count only margins > 0, so 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..geometry import in_arithmetic_of
from ..kinds import below, where
from ..layer import Layer
from ..matrix import Array, Matrix
from ..mistake import Mistake
from ..point import Point
from ..reduction import L_reduced, mean_mistakes, reduced


class Hinge(Layer):
    reduction: str = "mean"
    delta: float = 1.0
    at_zero: float = 0.0

    constant = ("labels",)
    conventions = {"at_zero": (0.0, 1.0, 0.5)}
    interacts = True

    def forward(self, x: Any, labels: Any) -> Any:
        terms = np.where(self._wrong(x, labels), np.maximum(self._margins(x, labels), 0.0), 0.0)
        return reduced(terms.sum(axis=1), self.reduction)  # (2)

    def L_x(self, x: Any, labels: Any) -> Matrix:
        s = self._gates(x, labels)
        return self._reduced(np.where(self._wrong(x, labels), s, -s.sum(axis=1, keepdims=True)))  # (4) (5)

    def _margins(self, x: Any, labels: Any) -> Any:
        return x - np.take_along_axis(x, labels[:, None], 1) + self.delta  # (1)

    def _gates(self, x: Any, labels: Any) -> Any:
        m = self._margins(x, labels)
        s = np.where(m > 0, 1.0, np.where(m < 0, 0.0, self.at_zero))
        # in x's arithmetic also where no margin is near 0: code may sum g s, which rounds, where Σ s does not
        return np.where(self._wrong(x, labels), s, in_arithmetic_of(x, np.zeros(x.shape)))  # (3)

    def _wrong(self, x: Any, labels: Any) -> np.ndarray:
        """Which entries of x are scores of wrong classes."""
        return below(x.shape[1]) != labels[:, None]

    def _reduced(self, d: Array) -> Matrix:
        return L_reduced(d, self.reduction, len(d), np.arange(len(d))[:, None])

    def mistakes(self, a: str, /, x: Any, labels: Any) -> Iterator[Mistake]:
        s, wrong = self._gates(x, labels), self._wrong(x, labels)
        text = "the score of the right class gets no gradient: −Σ s is missing"
        yield Mistake("missing-right-class", text, self._reduced(s))
        once = where(wrong, s, -1.0 * (s.sum(axis=1, keepdims=True) > 0))
        text = "the score of the right class gets −1, and should get −1 for each margin above 0"
        yield Mistake("right-class-once", text, self._reduced(once))
        every = np.where(wrong, 1.0, -wrong.sum(axis=1, keepdims=True))
        yield Mistake("not-gated", "margins below 0 get a gradient too", self._reduced(every))
        yield from mean_mistakes(self.L_x(x, labels), self.reduction, len(x), 1)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, x: Any, **settings: Any) -> Point:
            return Point(cls(**settings), {"x": x, "labels": rng.integers(0, x.shape[1], len(x))}, name)

        yield point("typical", rng.standard_normal((n + 1, n)))
        yield point("not reduced", rng.standard_normal((3, n + 1)), reduction="none")
        yield point("summed", rng.standard_normal((n, 3)), reduction="sum")
        yield point("wide", rng.standard_normal((4, 5)) * 6, delta=2.5)
        yield point("no margin asked for", rng.standard_normal((3, 4)) * 100, delta=0.0, reduction="none")
        met = {"x": 4.0 * np.eye(3)[[2, 0, 1, 1]] + rng.uniform(-1, 1, (4, 3)), "labels": np.array([2, 0, 1, 0])}
        yield Point(cls(), met, "all but one example with no loss")
        yield point("one example", rng.standard_normal((1, n + 1)))
        yield point("whole numbers, with margins of 0", rng.integers(-2, 3, (4, 4)).astype(float))

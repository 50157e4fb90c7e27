"""Triplet: J = Σ max(0, d(a, p) − d(a, n) + M)/N, over N triplets of anchor a, positive p and negative n.

As PyTorch's triplet_margin_loss: anchor, positive and negative are [N × D], one triplet a row, M = `margin`; the
distance is the Euclidean one (not its square, as in FaceNet), with ε = `eps` added to each difference. `reduction`
"sum" leaves out the 1/N, "none" the Σ as well; the mean divides L by N.

    d(a, b) = ‖a − b + ε‖,  e(a, b) = (a − b + ε)/d(a, b)     its derivative; 0 at d = 0      (1)
    m[r]    = d(a[r], p[r]) − d(a[r], n[r]) + M                                                (2)
    J[r]    = max(0, m[r])                                    with "none": [N]                 (3)
    s[r]    = 1 if m[r] > 0, 0 if m[r] < 0, at_zero at 0                                       (4)
    ∂J[r]/∂a[r] = s[r] (e(a, p) − e(a, n))                                                     (5)
    ∂J[r]/∂p[r] = −s[r] e(a, p)                                                                (6)
    ∂J[r]/∂n[r] =  s[r] e(a, n)                                                                (7)

At m = 0 the derivative is a convention: PyTorch has 1 (clamp passes the gradient at its bound), code that asks `m > 0`
has 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..kinds import below, where
from ..layer import Layer
from ..matrix import Array, Matrix
from ..mistake import Mistake
from ..point import Point
from ..reduction import L_reduced, mean_mistakes, reduced
from .contrastive import direction, length

NAMES = ("anchor", "positive", "negative")


class Triplet(Layer):
    reduction: str = "mean"
    margin: float = 1.0
    eps: float = 1e-6
    at_zero: float = 1.0

    conventions = {"at_zero": (1.0, 0.0, 0.5)}
    interacts = True

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Any:
        m = self._margins(anchor - positive + self.eps, anchor - negative + self.eps)
        return reduced(np.maximum(m, 0.0)[:, 0], self.reduction)  # (3)

    def L_anchor(self, anchor: Any, positive: Any, negative: Any) -> Matrix:
        s, near, far = self._slopes(anchor, positive, negative)
        return self._reduced(s * (near - far))  # (5)

    def L_positive(self, anchor: Any, positive: Any, negative: Any) -> Matrix:
        s, near, _ = self._slopes(anchor, positive, negative)
        return self._reduced(-s * near)  # (6)

    def L_negative(self, anchor: Any, positive: Any, negative: Any) -> Matrix:
        s, _, far = self._slopes(anchor, positive, negative)
        return self._reduced(s * far)  # (7)

    def _margins(self, to_positive: Any, to_negative: Any) -> Any:
        return length(to_positive) - length(to_negative) + self.margin  # (2)

    def _slopes(self, anchor: Any, positive: Any, negative: Any) -> tuple[Any, Any, Any]:
        """s, e(a, p) and e(a, n)."""
        to_positive, to_negative = anchor - positive + self.eps, anchor - negative + self.eps
        m = self._margins(to_positive, to_negative)
        s = np.where(m > 0, 1.0, np.where(m < 0, 0.0, self.at_zero))  # (4)
        return s, direction(to_positive), direction(to_negative)  # (1)

    def _reduced(self, d: Array) -> Matrix:
        return L_reduced(d, self.reduction, len(d), np.arange(len(d))[:, None])

    def mistakes(self, a: str, /, anchor: Any, positive: Any, negative: Any) -> Iterator[Mistake]:
        values = (anchor, positive, negative)
        s, near, far = self._slopes(*values)
        parts = {"anchor": (1.0, -1.0), "positive": (-1.0, 0.0), "negative": (0.0, 1.0)}[a]

        def L(s: Array, near: Array, far: Array) -> Matrix:
            return self._reduced(s * (parts[0] * near + parts[1] * far))

        yield Mistake("not-gated", "triplets that keep the margin get a gradient too", L(np.ones_like(s), near, far))
        text = "the difference is not divided by the distance"
        yield Mistake("missing-distance", text, L(s, anchor - positive + self.eps, anchor - negative + self.eps))
        text = "it is that of squared distances, as in FaceNet"
        yield Mistake("squared", text, L(s, 2 * (anchor - positive + self.eps), 2 * (anchor - negative + self.eps)))
        if a == "anchor":
            yield Mistake("missing-negative", "the anchor's distance to the negative is missing", L(s, near, 0 * far))
        yield from mean_mistakes(self.L(a, **dict(zip(NAMES, values, strict=True))), self.reduction, len(anchor), 1)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, N: int, D: int, scale: float = 1.0, **settings: Any) -> Point:
            anchor, positive, negative = rng.standard_normal((3, N, D)) * scale
            negative = where(below(N)[:, None] == 4, anchor + 5.0 * (negative - anchor), negative)  # far enough
            return Point(cls(**settings), dict(zip(NAMES, (anchor, positive, negative), strict=True)), name)

        yield point("typical", n + 2, n)
        yield point("not reduced", 4, 3, reduction="none")
        yield point("summed", 6, 2, reduction="sum", margin=0.5)
        yield point("far from each other", 4, n, 1e3)
        yield point("differences near eps", 2, 3, 1e-5, margin=0.25)
        yield point("a larger eps", 3, 4, eps=0.125, margin=2.0)
        yield point("one triplet", 1, n, margin=8.0)
        anchor, positive, negative = rng.standard_normal((3, 3, 3))
        equal = where(below(3)[:, None] == 1, anchor, positive)
        values = {"anchor": anchor, "positive": equal, "negative": anchor + 0.1 * negative}
        yield Point(cls(), values, "a positive equal to its anchor")
        whole = {a: rng.integers(-2, 3, (4, 2)).astype(float) for a in NAMES}
        yield Point(cls(eps=0.0), whole, "whole numbers, no eps")

"""RMSNorm: y = gamma x/√(Σ x²/N + eps).

Each row of x, made of the last axes, those that gamma has, is divided by its root mean square; no mean is subtracted.
eps stands inside the root. Its default is that of Llama, T5 and Flax; PyTorch's is the machine epsilon of x's type.

    x̂         = x rstd                rstd = 1/√(Σ x²/N + eps)                     (1)
    y         = gamma x̂                                                            (2)
    L^x[i, j] = gamma[i] rstd (δ[i, j] − x̂[i] x̂[j]/N)         i, j in one row, else 0   (3)
    L^x[i, i] = gamma[i] rstd (eps rstd² + Σ x̂[j]²/N)        over j ≠ i: no digits are lost   (4)
    L^gamma   : x̂ where entry i of y reads entry j of gamma, else 0                 (5)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..along_axis import in_slices, others, with_diagonal
from ..broadcasting import selection
from ..cut import Part, alike
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..point import Point
from .layer_norm import in_rows, last


class RMSNorm(Layer):
    eps: float = 1e-6

    theta = ("gamma",)

    def forward(self, x: Any, gamma: Any) -> Any:
        return gamma * (x * self._rstd(x, gamma))  # (2) (1)

    def L_x(self, x: Any, gamma: Any) -> Matrix:
        xhat, rstd, _ = self._rows(x, gamma)
        return self._matrix(x, gamma, self.eps * rstd * rstd + others(xhat * xhat) / xhat.shape[1])  # (4)

    def L_x_from_output(self, y: Any, x: Any, gamma: Any) -> Matrix:
        xhat, _, _ = self._rows(x, gamma)
        return self._matrix(x, gamma, 1.0 - xhat * xhat / xhat.shape[1])  # (3)

    def L_gamma(self, x: Any, gamma: Any) -> Matrix:
        return selection(x.shape, gamma, x * self._rstd(x, gamma))  # (5)

    def _matrix(self, x: Any, gamma: Any, itself: Any) -> Matrix:
        """L^x with `itself` for 1 − x̂²/N."""
        xhat, rstd, c = self._rows(x, gamma)
        pairs = (-c * rstd * xhat / xhat.shape[1])[:, :, None] * xhat[:, None, :]
        return in_slices(with_diagonal(pairs, c * rstd * itself), x.shape, last(gamma))  # (3)

    def _rstd(self, x: Any, gamma: Any) -> Any:
        return 1.0 / np.sqrt((x * x).mean(axis=last(gamma), keepdims=True) + self.eps)

    def _rows(self, x: Any, gamma: Any) -> list[Any]:
        """x̂, rstd and gamma, one row of x a row."""
        rstd = self._rstd(x, gamma)
        return [in_rows(a, x.shape, last(gamma)) for a in (x * rstd, rstd, gamma)]

    def cut(self, rows: int, /, x: Any, gamma: Any) -> Iterator[Part]:
        return alike(rows, x.shape, x.ndim - gamma.ndim, x=x.shape)

    def mistakes(self, a: str, /, x: Any, gamma: Any) -> Iterator[Mistake]:
        rms = np.sqrt((x * x).mean(axis=last(gamma), keepdims=True))
        outside, outside_text = 1.0 / (rms + self.eps), "it divides by rms + eps, not by √(rms² + eps)"
        if a == "gamma":
            xhat = x * self._rstd(x, gamma)
            yield Mistake("x-for-xhat", "it sums g x, not g x̂", selection(x.shape, gamma, x))
            yield Mistake("y-for-xhat", "it sums g y, not g x̂", selection(x.shape, gamma, gamma * xhat))
            yield Mistake("eps-outside-root", outside_text, selection(x.shape, gamma, x * outside))
        if a != "x":
            return
        h, r, c = (b[:, :, None] for b in self._rows(x, gamma))
        o, v = (in_rows(b, x.shape, last(gamma))[:, :, None] for b in (outside, rms))
        N = h.shape[1]
        one, along, cr, by_column = np.eye(N), h * h.transpose(0, 2, 1) / N, c * r, c.transpose(0, 2, 1)

        def wrong(name: str, text: str, blocks: np.ndarray) -> Mistake:
            return Mistake(name, text, in_slices(blocks, x.shape, last(gamma)))

        yield wrong("frozen-statistics", "the root mean square is taken for a constant", cr * one)
        yield wrong("missing-gamma", "the factor gamma is missing", r * (one - along))
        yield wrong("terms-without-gamma", "the term − x̂ mean(g gamma x̂) has g for g gamma", cr * one - r * along)
        yield wrong("gamma-last", "gamma multiplies the result, not g", by_column * r * (one - along))
        yield wrong("extra-mean", "it subtracts mean(g gamma), as LayerNorm does", cr * (one - 1.0 / N - along))
        yield wrong("sum-for-mean", "the term has a sum for the mean", cr * (one - N * along))
        yield wrong("missing-rstd", "the factor rstd is missing", c * (one - along))
        yield wrong("x-for-xhat", "the term has x mean(g gamma x), not x̂ mean(g gamma x̂)", cr * (one - along / r**2))
        yield wrong("eps-outside-root", outside_text, c * o * (one - along * (o / r) ** 2))
        steeper = along / np.where(v > 0, v * r, 1.0)  # ½/rms for ½/√(rms² + eps)
        yield wrong("eps-not-in-derivative", "the derivative of the root is without eps", cr * (one - steeper))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, x: np.ndarray, axes: int = 1, **settings: float) -> Point:
            return Point(cls(**settings), {"x": x, "gamma": rng.uniform(0.5, 2.0, x.shape[-axes:])}, name)

        yield point("typical", rng.standard_normal((n, n + 1)))
        yield point("one row of two axes, eps 1/4", rng.standard_normal((2, n)), 2, eps=0.25)
        yield point("far from zero", 1e2 + rng.standard_normal((2, n + 1)))
        yield point("root mean square near √eps", 1e-3 * rng.standard_normal((2, 4)))
        yield point("large and tiny rows", rng.standard_normal((2, 4)) * np.array([[1e2], [1e-6]]))
        yield point("rows of one", rng.standard_normal((3, 1)))
        yield point(
            "one entry far larger", np.concatenate([rng.standard_normal((2, 4)) * 1e-3, 30 * np.ones((2, 1))], 1)
        )
        whole = {"x": np.array([[2.0, -1.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0]]), "gamma": np.array([1.0, -2.0, 2.0, 0.0])}
        yield Point(cls(eps=0.25), whole, "whole numbers, with a row of zeros")

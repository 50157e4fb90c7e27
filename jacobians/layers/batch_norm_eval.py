"""BatchNormEval: y = gamma (x − mean)/√(var + eps) + beta, with a given mean and variance.

Batch norm after training: mean and var are the running ones, numbers that x no longer moves. x is one example,
[C] or [C × space …]; gamma, beta, mean and var have an entry for each of the C channels. eps stands inside the root.

    x̂       = (x − mean) rstd         rstd = 1/√(var + eps)                        (1)
    y       = gamma x̂ + beta = gamma rstd x + (beta − gamma rstd mean)             (2)
    L^x     = diag(gamma rstd), the gamma and rstd of each entry's channel          (3)
    L^gamma : x̂ where entry i of y is in channel j, else 0                          (4)
    L^beta  : 1 likewise                                                           (5)
    L^mean  : −gamma rstd likewise; most code leaves it out, as mean is not learnt   (6)
    L^var   : −gamma x̂ rstd²/2 likewise; most code leaves it out                    (7)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..along_axis import in_slices
from ..broadcasting import selection
from ..layer import Layer
from ..matrix import Matrix, diag
from ..mistake import Mistake
from ..point import Point
from .instance_norm import by_channel, space
from .layer_norm import in_rows


class BatchNormEval(Layer):
    eps: float = 1e-5

    theta = ("gamma", "beta", "mean", "var")
    optional = ("mean", "var")

    def forward(self, x: Any, gamma: Any, beta: Any, mean: Any, var: Any) -> Any:
        scale = gamma * self._rstd(var)
        return by_channel(scale, x) * x + by_channel(beta - scale * mean, x)  # (2), as it is folded for speed

    def L_x(self, x: Any, gamma: Any, beta: Any, mean: Any, var: Any) -> Matrix:
        return diag(np.broadcast_to(by_channel(gamma * self._rstd(var), x), x.shape))  # (3)

    def L_gamma(self, x: Any, gamma: Any, beta: Any, mean: Any, var: Any) -> Matrix:
        return selection(x.shape, by_channel(gamma, x), self._xhat(x, mean, var))  # (4)

    def L_beta(self, x: Any, gamma: Any, beta: Any, mean: Any, var: Any) -> Matrix:
        return selection(x.shape, by_channel(beta, x))  # (5)

    def L_mean(self, x: Any, gamma: Any, beta: Any, mean: Any, var: Any) -> Matrix:
        return selection(x.shape, by_channel(mean, x), by_channel(-gamma * self._rstd(var), x))  # (6)

    def L_var(self, x: Any, gamma: Any, beta: Any, mean: Any, var: Any) -> Matrix:
        scale = by_channel(gamma / (var + self.eps), x)
        return selection(x.shape, by_channel(var, x), -0.5 * scale * self._xhat(x, mean, var))  # (7)

    def _rstd(self, var: Any) -> Any:
        return 1.0 / np.sqrt(var + self.eps)

    def _xhat(self, x: Any, mean: Any, var: Any) -> Any:
        return (x - by_channel(mean, x)) * by_channel(self._rstd(var), x)  # (1)

    def mistakes(self, a: str, /, x: Any, gamma: Any, beta: Any, mean: Any, var: Any) -> Iterator[Mistake]:
        rstd, xhat, outside = self._rstd(var), self._xhat(x, mean, var), 1.0 / (np.sqrt(var) + self.eps)
        outside_text = "it divides by √var + eps, not by √(var + eps)"

        def wrong(name: str, text: str, by: Any) -> Mistake:
            if a == "x":
                return Mistake(name, text, diag(np.broadcast_to(by_channel(by, x), x.shape)))
            return Mistake(name, text, selection(x.shape, by_channel(gamma, x), by))

        if a == "x":
            h = in_rows(xhat, x.shape, space(x)) if x.ndim > 1 else xhat[:, None]
            N = h.shape[1]
            through = np.eye(N) - 1.0 / N - h[:, :, None] * h[:, None, :] / N
            text = "mean and var are differentiated through, as those of the batch: they are constants here"
            L = in_slices((gamma * rstd)[:, None, None] * through, (len(x), N), (1,))
            yield Mistake("through-statistics", text, L)
            yield wrong("missing-gamma", "the factor gamma is missing", rstd)
            yield wrong("missing-rstd", "the factor rstd is missing", gamma)
            yield wrong("variance-for-deviation", "it divides by var + eps, not by its root", gamma * rstd * rstd)
            yield wrong("eps-outside-root", outside_text, gamma * outside)
        if a == "gamma":
            d, y = x - by_channel(mean, x), by_channel(gamma, x) * xhat + by_channel(beta, x)
            yield wrong("x-for-xhat", "it sums g x, not g x̂", x)
            yield wrong("y-for-xhat", "it sums g y, not g x̂", y)
            yield wrong("missing-rstd", "it sums g (x − mean), not g x̂", d)
            yield wrong("eps-outside-root", outside_text, d * by_channel(outside, x))
        if a in ("beta", "mean"):
            by = {"beta": (gamma, "it sums g gamma, not g"), "mean": (-rstd, "the factor gamma is missing")}[a]
            name = {"beta": "times-gamma", "mean": "missing-gamma"}[a]
            yield wrong(name, by[1], by_channel(by[0], x))
        if a == "var":
            scale = -0.5 * by_channel(gamma, x) * xhat
            yield wrong("missing-rstd", "it has rstd for rstd²", scale * by_channel(rstd, x))
            yield wrong("missing-gamma", "the factor gamma is missing", -0.5 * xhat * by_channel(rstd * rstd, x))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, *shape: int, offset: float = 0.0, var: float = 1.0, **settings: float) -> Point:
            C = shape[0]
            values = {
                "x": offset + np.sqrt(var) * rng.standard_normal(shape),
                "gamma": rng.uniform(0.5, 2.0, C),
                "beta": rng.standard_normal(C),
                "mean": offset + np.sqrt(var) * rng.standard_normal(C),
                "var": var * rng.uniform(0.5, 2.0, C),
            }
            return Point(cls(**settings), values, name)

        yield point("typical", 3, 2, n)
        yield point("no space, eps 1/4", n + 1, eps=0.25)
        yield point("one channel", 1, n + 2)
        yield point("one position", 4, 1)
        yield point("far from zero", 2, 4, offset=1e3)
        yield point("var near eps", 2, 2, 2, var=1e-5)
        yield point("large var", 3, 2, var=1e6)
        whole = {"x": rng.integers(-2, 3, (2, 5)).astype(float)}
        whole |= {a: rng.integers(-2, 3, 2).astype(float) for a in ("gamma", "beta", "mean")}
        yield Point(cls(eps=0.25), whole | {"var": np.array([0.75, 3.75])}, "whole numbers, rstd 1 and 1/2")

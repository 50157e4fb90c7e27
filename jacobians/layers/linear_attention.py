"""LinearAttention: y = (φ(q) φ(k)ᵀ v)/(φ(q) φ(k)ᵀ 1 + eps).

One example and one head, as in Attention, with φ(q)·φ(k) in place of exp(q·k); feature map, normaliser and eps are as
in Katharopoulos et al. 2020. A sum over keys is then two products, in time linear in T and S. `causal` is said as in
Attention: "start", "end" or None. A query that sees no key gives 0. With s and r keys that t sees:

    φ(x)          = elu(x) + 1 = x + 1 if x > 0, else exp(x);   φ'(x) = 1 if x > 0, else exp(x)         (1)
    n[t]          = Σ φ(q[t])·φ(k[s]) + eps                                                             (2)
    p[t, s]       = φ(q[t])·φ(k[s])/n[t];  0 if unseen                                                  (3)
    y[t, j]       = Σ p[t, s] v[s, j]                                                                   (4)
    D[t, s, j]    = v[s, j] − y[t, j] = Σ p[t, r] (v[s, j] − v[r, j]) + v[s, j] eps/n[t]                (5)
    L^q[t j, t i] = φ'(q[t, i]) Σ φ(k[s, i]) D[t, s, j]/n[t]     over s; 0 between different t
                  = φ'(q[t, i]) Σ φ(k[s, i]) (Σ W[t, r, i] (v[s, j] − v[r, j]) + v[s, j] eps)/n[t]²
                    W[t, r, i] = Σ φ(q[t, l]) φ(k[r, l])     over l ≠ i: what l = i adds cancels        (6)
    L^k[t j, s i] = φ'(k[s, i]) φ(q[t, i]) D[t, s, j]/n[t]                                              (7)
    L^v[t j, s j] = p[t, s];  0 between different j                                                     (8)

The − y in (5) is the path through the normaliser n. Fast code computes D from its two terms, and loses the digits of
their difference where a query gives nearly all its weight to one key; and most code has φ(x) as it is written, elu(x)
with its exp(x) − 1, to which 1 is added: the digits are lost where x is far below 0. It may also have φ' = φ there. (9)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..along_axis import others
from ..kinds import where
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..point import Point
from .attention import differences, for_keys, for_queries, for_values, offset, several, visible, whole


def phi(x: Any) -> Any:
    """φ."""
    return where(x > 0, x + 1.0, np.exp(np.minimum(x, 0.0)))  # (1)


def usual_phi(x: Any) -> Any:
    """φ, known to no better than the rounding of 1."""
    return where(x > 0, x, np.expm1(np.minimum(x, 0.0))) + 1.0  # (9)


def slope(x: Any) -> Any:
    """φ'."""
    return np.where(x > 0, 1.0, np.exp(np.minimum(x, 0.0)))  # (1)


class LinearAttention(Layer):
    causal: str | None = None
    eps: float = 1e-6

    def forward(self, q: Any, k: Any, v: Any) -> Any:
        return self._weights(q, k)[0] @ v  # (4)

    def L_q(self, q: Any, k: Any, v: Any) -> Matrix:
        _, n = self._weights(q, k)
        seen, of_k = 1.0 * self._seen(q, k), phi(k)
        W = others(phi(q)[:, None, :] * of_k) * seen[:, :, None]
        apart = of_k[:, None, :, None] * (v[:, None, :] - v[None, :, :])[:, :, None, :]  # [s, r, i, j]
        apart = (seen @ apart.reshape(len(k), -1)).reshape(len(q), *apart.shape[1:])
        of_v = seen @ (of_k[:, None, :] * v[:, :, None]).reshape(len(k), -1)
        D = np.einsum("tri,trij->tji", W, apart) + of_v.reshape(len(q), v.shape[1], -1) * self.eps
        return for_queries(slope(q)[:, None, :] * D / (n * n)[:, :, None], self._moved(q, k, alone=True))  # (6)

    def L_k(self, q: Any, k: Any, v: Any) -> Matrix:
        p, n = self._weights(q, k)
        D = differences(p, v) + v[None, :, :] * (self.eps / n)[:, :, None]  # (5)
        return for_keys(D / n[:, :, None], phi(q), self._seen(q, k) & self._moved(q, k)[:, None], slope(k))  # (7)

    def L_v(self, q: Any, k: Any, v: Any) -> Matrix:
        return for_values(self._weights(q, k)[0], v, self._seen(q, k))  # (8)

    def forward_as_usual(self, q: Any, k: Any, v: Any) -> Any:
        return self._weights(q, k, usual_phi)[0] @ v  # (9)

    def L_q_from_output(self, y: Any, q: Any, k: Any, v: Any) -> Matrix:
        seen, (p, n), of_k = self._seen(q, k), self._weights(q, k, usual_phi), usual_phi(k)
        of_v, of_1 = np.einsum("ts,sj,si->tji", 1.0 * seen, v, of_k), (1.0 * seen) @ of_k
        D = of_v / n[:, :, None] - (p @ v)[:, :, None] * (of_1 / n)[:, None, :]  # (9)
        return for_queries(np.minimum(usual_phi(q), 1.0)[:, None, :] * D, seen.any(axis=1))

    def L_k_from_output(self, y: Any, q: Any, k: Any, v: Any) -> Matrix:
        p, n = self._weights(q, k, usual_phi)
        D = v[None, :, :] / n[:, :, None] - (p @ v / n)[:, None, :]
        return for_keys(D, usual_phi(q), self._seen(q, k), np.minimum(usual_phi(k), 1.0))  # (9)

    def L_v_from_output(self, y: Any, q: Any, k: Any, v: Any) -> Matrix:
        return for_values(self._weights(q, k, usual_phi)[0], v, self._seen(q, k))  # (9)

    def _seen(self, q: Any, k: Any) -> np.ndarray:
        return visible(len(q), len(k), self.causal)

    def _moved(self, q: Any, k: Any, alone: bool = False) -> Any:
        """Which queries' y depends on k, or on q `alone`: with eps = 0 a single key has the weight 1 in any case."""
        seen = self._seen(q, k)
        cancels = alone and q.shape[1] == 1  # as does a single feature of q
        return seen.any(axis=1) if self.eps else several(seen) & (not cancels)

    def _weights(self, q: Any, k: Any, phi: Callable[[Any], Any] = phi) -> tuple[Any, Any]:
        """p, and n as a column; 1 where nothing is seen."""
        seen = self._seen(q, k)
        likeness = np.where(seen, phi(q) @ phi(k).T, 0.0)
        n = np.where(seen.any(axis=1, keepdims=True), likeness.sum(axis=1, keepdims=True) + self.eps, 1.0)  # (2)
        return likeness / n, n  # (3)

    def mistakes(self, a: str, /, q: Any, k: Any, v: Any) -> Iterator[Mistake]:
        seen, (p, n) = self._seen(q, k), self._weights(q, k)
        likeness, every, seeing = phi(q) @ phi(k).T, np.ones(len(q), bool), seen.any(axis=1, keepdims=True)
        values = np.broadcast_to(v[None, :, :], (*seen.shape, v.shape[1]))
        D = values - (p @ v)[:, None, :]

        def wrong(name: str, text: str, **other: Any) -> Mistake:
            at = {"D": D, "n": n, "of_q": slope(q), "of_k": slope(k), "seen": seen} | other
            over = np.where(at["seen"], 1.0 / at["n"], 0.0)[:, :, None] * at["D"]
            if a == "v":
                return Mistake(name, text, for_values(likeness / at["n"], v, at["seen"]))
            if a == "q":
                blocks = at["of_q"][:, None, :] * np.einsum("tsj,si->tji", over, phi(k))
                return Mistake(name, text, for_queries(blocks, every))
            return Mistake(name, text, for_keys(over, phi(q), at["seen"], at["of_k"]))

        if a != "v":
            text = "the path through the normaliser is missing: n is taken for a constant"
            yield wrong("frozen-normaliser", text, D=values)
            text = f"it is the gradient of φ({a}), passed on as that of {a}"
            yield wrong("feature-map-derivative-missing", text, of_q=np.ones(q.shape), of_k=np.ones(k.shape))
            text = "the derivative of φ is exp(x) also where x is positive"
            of_q, of_k = np.exp(np.minimum(q, 80.0)), np.exp(np.minimum(k, 80.0))
            yield wrong("feature-map-exp-everywhere", text, of_q=of_q, of_k=of_k)
        yield wrong("normaliser-missing", "it is not divided by the normaliser", n=np.ones(n.shape))
        if not seen.all():
            text = "backward ignores the mask: it sums over all keys"
            yield wrong("mask-ignored", text, seen=np.ones(seen.shape, bool) & seeing)
        if self.causal is not None and a != "q":
            later = ~np.tri(len(q), len(k), offset(len(q), len(k), self.causal) - 1, dtype=bool)
            text = "the sums over queries run forwards in time, not backwards: key s hears from queries t ≤ s"
            yield wrong("cumsum-not-reversed", text, seen=later & seeing)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(
            name: str, T: int, S: int, d: int, e: int, large: float = 1.0, about: float = 0.0, **settings: Any
        ) -> Point:
            q, k, v = both_signs(rng, large, T, d), both_signs(rng, large, S, d), rng.standard_normal((S, e))
            return Point(cls(**settings), {"q": about + q, "k": about + k, "v": v}, name)

        yield point("typical", n, n + 2, n + 1, 3, causal="end", eps=0.25)
        yield point("library defaults", 3, n, 2, 4)
        yield point("causal from the start, more queries", n + 2, 3, 2, 1, causal="start")
        yield point("causal from the start, eps 0", 3, n + 1, 3, 2, causal="start", eps=0.0)
        yield point("causal at the end, queries that see nothing", n + 2, 3, 2, 2, causal="end", eps=0.0)
        yield point("one by one", 1, 1, 1, 1, eps=0.5)
        yield point("large", 3, 4, 2, 2, 30.0)
        yield point("all features small", 2, 4, 3, 2, about=-4.0, eps=1e-3)
        yield Point(cls(causal="end", eps=1.0), whole(rng, 4, 4, 3, 2), "whole numbers")


def both_signs(rng: np.random.Generator, large: float, *shape: int) -> np.ndarray:
    """Numbers from −2 to 2, the first negative and, if there is another, the last positive; positive ones × large."""
    x = rng.uniform(-2.0, 2.0, shape).ravel()
    sign = np.sign(x)
    sign[-1], sign[0] = 1.0, -1.0
    return (np.abs(x) * np.where(sign > 0, large, -1.0)).reshape(shape)

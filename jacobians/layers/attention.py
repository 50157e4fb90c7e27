"""Attention: y = softmax(scale · q kᵀ) v.

Scaled dot-product attention of one example and one head: q is [T × d], k [S × d], v [S × e], y [T × e]. `scale` is 1/√d
unless given; a `softcap` c replaces each logit z by c tanh(z/c). With causal="start" query t sees the keys s ≤ t, as
in PyTorch (is_causal); with "end" the last query sees the last key, s ≤ t + S − T, as in FlashAttention since 2.1. For
T = S the two agree. A query that sees no key gives 0, as in FlashAttention and PyTorch since 2.5; the softmax of its
empty row, which is what PyTorch documents and older versions compute, would be NaN. With s and r keys that t sees:

    z[t, s]       = scale Σ q[t, i] k[s, i],  then c tanh(z/c) if there is a softcap c                (1)
    p[t, s]       = exp(z[t, s] − m[t]) / Σ exp(z[t, r] − m[t]),  m[t] = max z[t, r];  0 if unseen    (2)
    y[t, j]       = Σ p[t, s] v[s, j]                                                                 (3)
    h[t, s]       = 1 − tanh²(z/c) = 4a/(1 + a)²,  a = exp(−2|z/c|);  1 without a softcap             (4)
    D[t, s, j]    = ∂y[t, j]/∂z[t, s] / p[t, s] = v[s, j] − y[t, j] = Σ p[t, r] (v[s, j] − v[r, j])   (5)
    L^q[t j, t i] = scale Σ p[t, s] h[t, s] D[t, s, j] k[s, i]     over s; 0 between different t      (6)
    L^k[t j, s i] = scale p[t, s] h[t, s] D[t, s, j] q[t, i]                                          (7)
    L^v[t j, s j] = p[t, s];  0 between different j                                                   (8)

Fast code keeps y and the logarithm of each row's sum, and has (2), (4) and (5) from them. Digits are then lost once p
is near 1, where v[s] and y[t] are nearly the same, or z near ±c:

    p = exp(z − log Σ exp z),   h = 1 − (z/c)²,   D = v[s, j] − y[t, j]                               (9)

MaskedAttention and LinearAttention take from here what does not depend on why a key is unseen, or on what p is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from ..cut import Part, boxes
from ..keeping import kept as remembered
from ..layer import Layer
from ..matrix import Matrix
from ..memory import require
from ..mistake import Mistake
from ..patterns import Pattern
from ..point import Point


class Attention(Layer):
    causal: str | None = None
    scale: float | None = None
    softcap: float | None = None

    def forward(self, q: Any, k: Any, v: Any) -> Any:
        return self._heed(q, k).weights @ v  # (3)

    def L_q(self, q: Any, k: Any, v: Any) -> Matrix:
        return self._heed(q, k).L_q(v)

    def L_k(self, q: Any, k: Any, v: Any) -> Matrix:
        return self._heed(q, k).L_k(v)

    def L_v(self, q: Any, k: Any, v: Any) -> Matrix:
        return self._heed(q, k).L_v(v)

    def L_q_from_output(self, y: Any, q: Any, k: Any, v: Any) -> Matrix:
        return self._heed(q, k).L_q_from_output(y, v)

    def L_k_from_output(self, y: Any, q: Any, k: Any, v: Any) -> Matrix:
        return self._heed(q, k).L_k_from_output(y, v)

    def L_v_from_output(self, y: Any, q: Any, k: Any, v: Any) -> Matrix:
        return self._heed(q, k).L_v_from_output(v)

    def _heed(self, q: Any, k: Any) -> Heed:
        return Heed(q, k, visible(len(q), len(k), self.causal), self.scale, self.softcap)

    def cut(self, rows: int, /, q: Any, k: Any, v: Any) -> Iterator[Part]:
        if self.causal is None:  # else what a query sees depends on how many come before it
            for y in boxes((len(q), v.shape[1]), rows, 1):
                yield Part(y, {"q": y[:1]})

    def mistakes(self, a: str, /, q: Any, k: Any, v: Any) -> Iterator[Mistake]:
        heed, T, S = self._heed(q, k), len(q), len(k)
        yield from heed.mistakes(a, v)
        if a != "q" and k.shape[1] != v.shape[1]:
            own, other = (k, v) if a == "k" else (v, k)
            text = f"its rows are written as far apart as those of {'v' if a == 'k' else 'k'}"
            yield Mistake("stride-of-another-array", text, _restrided(self.L(a, q=q, k=k, v=v), own, other.shape[1]))
        if self.causal is None:
            text = "backward masks causally, forward does not"
            yield Mistake("causal-where-not", text, heed.with_weights(a, heed.recomputed(visible(T, S, "start")), v))
            return
        if T != S:
            other = visible(T, S, "start" if self.causal == "end" else "end")
            text = "backward masks as if the sequences were aligned at their other ends"
            yield Mistake("aligned-at-the-other-end", text, heed.with_weights(a, heed.recomputed(other), v))
        strict = np.tri(T, S, offset(T, S, self.causal) - 1, dtype=bool)
        text = "backward masks one key too many: the last one that each query sees"
        yield Mistake("diagonal-masked", text, heed.with_weights(a, heed.recomputed(strict), v))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(
            name: str, T: int, S: int, d: int, e: int, scale: float = 1.0, far: float = 0.0, **settings: Any
        ) -> Point:
            return Point(cls(**settings), drawn(rng, T, S, d, e, scale, far), name)

        yield point("typical", n, n + 2, n + 1, 3, causal="end", softcap=1.5)
        yield point("library defaults", 3, n, 2, 4)
        yield point("causal from the start, more queries", n + 2, 3, 2, 1, causal="start", scale=0.75)
        yield point("causal at the end, queries that see nothing", n + 2, 3, 2, 2, causal="end")
        yield point("a single query, softcap saturated", 1, n, 3, 2, 4.0, softcap=1.25)
        yield point("one by one", 1, 1, 1, 1)
        yield Point(cls(scale=1.0), margins(rng, 3, 4, 10.0, 40.0), "saturated")
        yield point("nearly uniform, values far from zero", 2, 4, 3, 3, 1e-3, 300.0)
        yield Point(cls(scale=0.5, causal="start"), whole(rng, 3, 4, 3, 2), "whole numbers")


def _restrided(L: Matrix, own: Any, stride: int) -> Matrix:
    """L where row s of the argument is stored at s · stride in a buffer of the argument's size, one after the other."""
    dense, (rows, n) = L.toarray() if sparse.issparse(L) else L, own.shape
    wrong = np.zeros_like(dense)
    for s in range(rows):
        kept = max(0, min(n, own.size - s * stride))
        wrong[:, s * stride : s * stride + kept] = dense[:, s * n : s * n + kept]
    return wrong


def offset(T: int, S: int, causal: str) -> int:
    """How many keys more than t + 1 query t sees."""
    return {"start": 0, "end": S - T}[causal]


def visible(T: int, S: int, causal: str | None) -> np.ndarray:
    """Which keys each query sees, [T × S]."""
    return np.ones((T, S), bool) if causal is None else np.tri(T, S, offset(T, S, causal), dtype=bool)


@dataclass(frozen=True)
class Heed:
    """What each query sees and how it weighs it: all of attention but the values."""

    q: Any
    k: Any
    seen: np.ndarray
    scale: float | None
    softcap: float | None

    @property
    def factor(self) -> float:
        return self.q.shape[1] ** -0.5 if self.scale is None else self.scale

    @cached_property
    def logits(self) -> Any:
        z = (self.q @ self.k.T) * self.factor
        return z if self.softcap is None else self.softcap * np.tanh(z / self.softcap)  # (1)

    @cached_property
    def weights(self) -> Any:
        _, e = self._exponentials
        return e / self._sums(e)  # (2)

    @cached_property
    def _exponentials(self) -> tuple[Any, Any]:
        """m, and exp(z − m) where seen, 0 elsewhere; no rounding makes it other than 1 where z is m itself."""
        z = self.logits
        first = np.argmax(np.where(self.seen, z, z.min(axis=1, keepdims=True) - 1.0), axis=1)[:, None]
        m = np.take_along_axis(z, first, axis=1)
        e = np.where(first == np.arange(z.shape[1]), 1.0, np.exp(np.minimum(z - m, 0.0)))
        return m, np.where(self.seen, e, 0.0)

    def _sums(self, e: Any) -> Any:
        """The sum of each row; 1 where nothing is seen."""
        return np.where(self.seen.any(axis=1, keepdims=True), e.sum(axis=1, keepdims=True), 1.0)

    def recomputed(self, seen: np.ndarray) -> Any:
        """p from the logarithm of each row's sum, with the keys `seen` by those queries that see any."""
        m, e = self._exponentials
        less = self.logits - (m + np.log(self._sums(e)))
        p = np.exp(np.where(self.seen, less, np.minimum(less, 80.0)))  # where unseen in forward there is no bound
        return np.where(seen & self.seen.any(axis=1, keepdims=True), p, 0.0)  # (9)

    def slope(self) -> Any:
        if self.softcap is None:
            return 1.0
        a = np.exp(-2.0 * np.abs((self.q @ self.k.T) * self.factor / self.softcap))
        return 4.0 * a / ((1.0 + a) * (1.0 + a))  # (4)

    def slope_from_output(self) -> Any:
        z = self.logits
        return 1.0 if self.softcap is None else 1.0 - (z / self.softcap) * (z / self.softcap)  # (9)

    def L_q(self, v: Any) -> Matrix:
        p = self.weights
        pull = (p * self.slope() * self.factor)[:, :, None] * differences(p, v)
        return for_queries(pull.transpose(0, 2, 1) @ self.k, several(self.seen))  # (6)

    def L_k(self, v: Any) -> Matrix:
        p = self.weights
        pull = (p * self.slope() * self.factor)[:, :, None] * differences(p, v)
        return for_keys(pull, self.q, self.seen & several(self.seen)[:, None])  # (7)

    def L_v(self, v: Any) -> Matrix:
        return for_values(self.weights, v, self.seen)  # (8)

    def L_q_from_output(self, y: Any, v: Any) -> Matrix:
        pull = self.recomputed(self.seen) * self.slope_from_output() * self.factor
        of_v, of_y = np.einsum("ts,sj,si->tji", pull, v, self.k), y[:, :, None] * (pull @ self.k)[:, None, :]
        return for_queries(of_v - of_y, self.seen.any(axis=1))

    def L_k_from_output(self, y: Any, v: Any) -> Matrix:
        pull = self.recomputed(self.seen) * self.slope_from_output() * self.factor
        return for_keys(pull[:, :, None] * (v[None, :, :] - y[:, None, :]), self.q, self.seen)  # (9)

    def L_v_from_output(self, v: Any) -> Matrix:
        return for_values(self.recomputed(self.seen), v, self.seen)

    def with_weights(self, a: str, p: Any, v: Any) -> Matrix:
        """L^a where backward has other weights p than forward, and y from forward."""
        y = self.weights @ v
        return self._matrix(a, p, p * self.slope() * self.factor, v[None, :, :] - y[:, None, :], v)

    def _matrix(self, a: str, p: Any, pull: Any, D: Any, v: Any) -> Matrix:
        if a == "v":
            return for_values(p, v, p != 0)
        w = np.broadcast_to(pull, p.shape)[:, :, None] * D
        every = np.ones(len(self.q), bool)
        return for_queries(np.einsum("tsj,si->tji", w, self.k), every) if a == "q" else for_keys(w, self.q, p != 0)

    def mistakes(self, a: str, v: Any) -> Iterator[Mistake]:
        """What people get wrong in attention, whatever the mask."""
        p, h, c = self.weights, self.slope(), self.factor
        D = v[None, :, :] - (p @ v)[:, None, :]

        def wrong(name: str, text: str, pull: Any, D: Any = D, p: Any = p) -> Mistake:
            return Mistake(name, text, self._matrix(a, p, pull, D, v))

        if not self.seen.all():
            everything = self.recomputed(np.ones(self.seen.shape, bool))
            text = "backward ignores the mask: keys that the query does not see have weights too"
            yield wrong("mask-ignored", text, everything * h * c, p=everything)
        _, e = self._exponentials
        yield wrong(
            "weights-not-normalised", "the weights are exp(z − max z), not divided by their sum", e * h * c, p=e
        )
        if a == "v":
            return
        delta = "the row's term − Σ g y (delta, dpsum) is missing in the gradient of the logits"
        yield wrong("missing-delta", delta, p * h * c, v[None, :, :])
        alone = "the softmax is differentiated entry by entry, as p (1 − p): other keys' logits are left out"
        yield wrong("softmax-entry-by-entry", alone, p * (1.0 - p) * h * c, v[None, :, :])
        yield wrong(
            "softmax-derivative-missing", "the gradient of p is passed on as that of z", (p != 0) * h * c, v[None, :, :]
        )
        if c != 1:
            yield wrong("missing-scale", "the factor scale is missing", p * h)
            yield wrong("scale-twice", "the factor scale is there twice", p * h * c * c)
        if self.softcap is not None:
            yield wrong("missing-softcap", "the derivative of the softcap is missing", p * c)
            capped = self.logits
            text = "the derivative of the softcap is 1 − z², not 1 − (z/c)²"
            yield wrong("softcap-not-divided", text, p * (1.0 - capped * capped) * c)


def differences(p: Any, v: Any) -> Any:
    """v[s, j] − Σ p[t, r] v[r, j] for weights that sum to 1, without losing the digits of a small difference."""
    apart = v[None, :, :] - v[:, None, :]  # v[s, j] − v[r, j] at [r, s, j]
    return (p @ apart.reshape(len(v), -1)).reshape(len(p), *v.shape)  # (5)


def several(seen: np.ndarray) -> np.ndarray:
    """Which queries see more than one key: the weight of a single one is 1 whatever its logit."""
    return seen.sum(axis=1) > 1


def for_queries(blocks: Any, kept: Any) -> Matrix:
    """The blocks [T × e × d] along the diagonal: query t moves y[t] alone, and only where it is kept."""
    T, e, d = blocks.shape
    if T == 1 and kept.all():
        return blocks[0]
    return _by_query(e, d, kept.tobytes()).fill(blocks if kept.all() else blocks[kept])


def for_keys(pull: Any, q: Any, kept: np.ndarray, of_k: Any = None) -> Matrix:
    """pull[t, s, j] q[t, i] at row t j and column s i, where t keeps s; times of_k[s, i] if given."""
    (T, S, e), d = pull.shape, q.shape[1]
    shape = (T * e, S * d)
    require(shape, T * e * S * d * 8, "dense", "take a smaller point")
    pull = pull.transpose(0, 2, 1)
    if kept.all():
        values = pull[:, :, :, None] * q[:, None, None, :]
        if of_k is not None:
            values *= of_k
        return values.reshape(shape)
    pattern, at, t, s = _by_key(S, e, d, kept.tobytes())
    values = np.take(q, t, axis=0)
    values *= np.take(pull, at)[:, None]
    if of_k is not None:
        values *= np.take(of_k, s, axis=0)
    return pattern.fill(values)


def for_values(p: Any, v: Any, seen: np.ndarray) -> Matrix:
    """p[t, s] at row t j and column s j, where t sees s."""
    e = v.shape[1]
    if e == 1 and seen.all():
        return p
    pattern, at = _by_value(seen.shape[1], e, seen.tobytes())
    return pattern.fill(np.take(p, at))


@remembered
def _by_query(e: int, d: int, kept: bytes) -> Pattern:
    """The places of for_queries."""
    t, j, i = np.flatnonzero(np.frombuffer(kept, bool))[:, None, None], np.arange(e)[:, None], np.arange(d)
    return Pattern(t * e + j, t * d + i, (len(kept) * e, len(kept) * d))


@remembered
def _by_key(S: int, e: int, d: int, kept: bytes) -> tuple[Pattern, np.ndarray, np.ndarray, np.ndarray]:
    """The places of for_keys, row by row; and of each d of them the place in [T × e × S], t and s."""
    seen = np.frombuffer(kept, bool).reshape(-1, S)
    at = np.flatnonzero(np.broadcast_to(seen[:, None, :], (len(seen), e, S)))
    row, s = at // S, at % S
    return Pattern(row[:, None], s[:, None] * d + np.arange(d), (len(seen) * e, S * d)), at, row // e, s


@remembered
def _by_value(S: int, e: int, seen: bytes) -> tuple[Pattern, np.ndarray]:
    """The places of for_values, row by row, and the place in p of each."""
    T = len(seen) // S
    t, j, s = np.nonzero(np.broadcast_to(np.frombuffer(seen, bool).reshape(T, 1, S), (T, e, S)))
    return Pattern(t * e + j, s * e + j, (T * e, S * e)), t * S + s


def drawn(
    rng: np.random.Generator, T: int, S: int, d: int, e: int, scale: float = 1.0, far: float = 0.0
) -> dict[str, np.ndarray]:
    """q, k of this scale, and v about `far`."""
    q, k = rng.standard_normal((T, d)) * scale, rng.standard_normal((S, d)) * scale
    return {"q": q, "k": k, "v": far + rng.standard_normal((S, e))}


def margins(rng: np.random.Generator, S: int, e: int, *margin: float) -> dict[str, np.ndarray]:
    """A query for each margin, by about which its favourite key's logit exceeds all others', with scale = 1."""
    signs = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) / 2.0  # orthogonal rows
    q, k = np.array(margin)[:, None] * signs[: len(margin)], signs[:S]
    q, k = q + 0.01 * rng.standard_normal(q.shape), k + 0.01 * rng.standard_normal(k.shape)
    return {"q": q, "k": k, "v": rng.standard_normal((S, e))}


def whole(rng: np.random.Generator, T: int, S: int, d: int, e: int) -> dict[str, np.ndarray]:
    """Whole numbers from −2 to 2."""
    shapes = {"q": (T, d), "k": (S, d), "v": (S, e)}
    return {a: rng.integers(-2, 3, shape).astype(float) for a, shape in shapes.items()}

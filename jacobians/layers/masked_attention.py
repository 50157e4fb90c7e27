"""MaskedAttention: y = softmax(scale · q kᵀ where mask) v.

Attention with any mask: a boolean [T × S], True where query t sees key s, as in PyTorch's scaled_dot_product_attention
(in its MultiheadAttention True means the opposite). A query that sees no key gives 0, as there (see attention.py, where
all the formulas are).

    y     = p v,   p[t, s] = exp(z[t, s]) / Σ exp(z[t, r]) over the r with mask[t, r];  0 if not mask[t, s]   (1)
    L^q, L^k, L^v  = (6), (7), (8) of Attention                                                               (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..cut import Part, boxes
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..point import Point
from .attention import Heed, drawn, margins, whole


class MaskedAttention(Layer):
    scale: float | None = None
    softcap: float | None = None

    constant = ("mask",)

    def forward(self, q: Any, k: Any, v: Any, mask: Any) -> Any:
        return self._heed(q, k, mask).weights @ v  # (1)

    def L_q(self, q: Any, k: Any, v: Any, mask: Any) -> Matrix:
        return self._heed(q, k, mask).L_q(v)  # (2)

    def L_k(self, q: Any, k: Any, v: Any, mask: Any) -> Matrix:
        return self._heed(q, k, mask).L_k(v)  # (2)

    def L_v(self, q: Any, k: Any, v: Any, mask: Any) -> Matrix:
        return self._heed(q, k, mask).L_v(v)  # (2)

    def L_q_from_output(self, y: Any, q: Any, k: Any, v: Any, mask: Any) -> Matrix:
        return self._heed(q, k, mask).L_q_from_output(y, v)

    def L_k_from_output(self, y: Any, q: Any, k: Any, v: Any, mask: Any) -> Matrix:
        return self._heed(q, k, mask).L_k_from_output(y, v)

    def L_v_from_output(self, y: Any, q: Any, k: Any, v: Any, mask: Any) -> Matrix:
        return self._heed(q, k, mask).L_v_from_output(v)

    def _heed(self, q: Any, k: Any, mask: Any) -> Heed:
        return Heed(q, k, np.asarray(mask, bool), self.scale, self.softcap)

    def cut(self, rows: int, /, q: Any, k: Any, v: Any, mask: Any) -> Iterator[Part]:
        for y in boxes((len(q), v.shape[1]), rows, 1):
            yield Part(y, {"q": y[:1], "mask": y[:1]})

    def mistakes(self, a: str, /, q: Any, k: Any, v: Any, mask: Any) -> Iterator[Mistake]:
        heed = self._heed(q, k, mask)
        yield from heed.mistakes(a, v)
        text = "backward takes True for masked out, and forward for seen"
        yield Mistake("mask-inverted", text, heed.with_weights(a, heed.recomputed(~heed.seen), v))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, values: dict[str, Any], mask: np.ndarray, **settings: float) -> Point:
            return Point(cls(**settings), values | {"mask": mask}, name)

        def random(T: int, S: int, seen: int) -> np.ndarray:
            """`seen` keys for each query, chosen by chance."""
            return np.argsort(rng.random((T, S)), axis=1) < seen

        yield point("typical", drawn(rng, n, n + 2, n + 1, 3), random(n, n + 2, 3), softcap=1.5)
        mixed = np.concatenate([np.zeros((1, n), bool), random(2, n, 1), random(1, n, 2), np.ones((1, n), bool)])
        yield point("queries that see nothing, one key, two, and all", drawn(rng, 5, n, 2, 2), mixed)
        yield point("all seen", drawn(rng, 3, n, 3, 2), np.ones((3, n), bool), scale=0.75)
        yield point("none seen", drawn(rng, 2, n, 3, 2), np.zeros((2, n), bool))
        padding = np.broadcast_to(np.arange(n + 1) < 2, (3, n + 1))
        yield point("the last keys are padding", drawn(rng, 3, n + 1, 3, 1), padding)
        masked_out = margins(rng, 3, 4, 10.0, 40.0)
        yield point("saturated, favourites masked out", masked_out, ~np.eye(2, 3, dtype=bool), scale=1.0)
        yield point("values far from zero", drawn(rng, 2, 4, 3, 3, 1e-3, 300.0), random(2, 4, 3))
        yield point("whole numbers", whole(rng, 3, 4, 3, 2), random(3, 4, 2), scale=0.5)

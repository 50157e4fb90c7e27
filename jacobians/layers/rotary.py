"""Rotary: y[t] = x[t], its pairs of entries turned by angles that grow with the position t.

Rotary position embedding (Su et al. 2021) of one head's queries or keys: x is [T × N], row t at the position
t + offset. Of each row the first r entries are turned, r = `dims` (all N unless given); the others stay. Pair i of the
r/2 pairs is

    (a, b) = (i, i + r/2)        pairing="half": GPT-NeoX, Llama in Hugging Face
    (a, b) = (2i, 2i + 1)        pairing="interleaved": RoFormer, GPT-J, Llama as published

and with the angle A[t, i]:

    A[t, i]           = (t + offset) · base^(−2i/r)                                           (1)
    y[t, a]           = x[t, a] cos A − x[t, b] sin A                                         (2)
    y[t, b]           = x[t, b] cos A + x[t, a] sin A                                         (3)
    L^x[t a, t a]     = L^x[t b, t b] = cos A;   1 for an entry that stays                    (4)
    L^x[t a, t b]     = −sin A,   L^x[t b, t a] = sin A;   0 otherwise                        (5)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ..keeping import kept
from ..kinds import below
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..patterns import Pattern
from ..point import Point


class Rotary(Layer):
    base: float = 10000.0
    dims: int | None = None
    pairing: str = "half"
    offset: int = 0

    def forward(self, x: Any) -> Any:
        a, b, rest = self.places(x.shape[1])
        A = self._angles(x)
        first = x[:, a] * np.cos(A) - x[:, b] * np.sin(A)  # (2)
        second = x[:, b] * np.cos(A) + x[:, a] * np.sin(A)  # (3)
        order = np.argsort(np.concatenate([a, b, rest]))
        return np.concatenate([first, second, x[:, rest]], axis=1)[:, order]

    def L_x(self, x: Any) -> Matrix:
        return self._matrix(x, 1.0, 1.0, 1.0)

    def _matrix(self, x: Any, cosine: float, sine: float, stays: float, angles: Any = None) -> Matrix:
        """L^x with these factors before cos A, sin A, and the ones of the entries that stay."""
        _, _, rest = self.places(x.shape[1])
        A = self._angles(x) if angles is None else angles
        turned = self.turned_rows(len(x))
        cos, sin = (np.cos(A) * cosine).ravel(), (np.sin(A) * sine)[turned].ravel()
        one = (np.zeros_like(x[:, rest]) + stays).ravel()
        return _pattern(self, *x.shape).fill(np.concatenate([cos, cos, one, -sin, sin]))  # (4) (5)

    def turned_rows(self, T: int) -> np.ndarray:
        """Which rows have a sine: sin 0 = 0."""
        return self.offset + np.arange(T) != 0

    def places(self, N: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The first entries of all pairs, the second ones, and those that stay."""
        r = self._dims(N)
        i = np.arange(r // 2)
        a, b = (i, i + r // 2) if self.pairing == "half" else (2 * i, 2 * i + 1)
        return a, b, np.arange(r, N)

    def _dims(self, N: int) -> int:
        return N if self.dims is None else self.dims

    def _angles(self, x: Any) -> Any:
        """A, as code in the precision of x has it."""
        kind, r = getattr(x, "dtype", None), self._dims(x.shape[1])
        base = np.zeros_like(x[:1, : r // 2]) + self.base
        position = np.asarray(self.offset + below(x.shape[0])[:, None], kind)
        return position * base ** np.asarray(-2.0 * np.arange(r // 2) / r, kind)  # (1)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        N, r = x.shape[1], self._dims(x.shape[1])
        text = "g is turned forwards like x, g cos + rotate_half(g) sin: the transpose turns it back"
        yield Mistake("rotate-half-not-transposed", text, self._matrix(x, 1.0, -1.0, 1.0))
        yield Mistake("sine-terms-missing", "only g cos A is left", self._matrix(x, 1.0, 0.0, 1.0))
        if r > 2:
            other = replace(self, pairing="half" if self.pairing == "interleaved" else "interleaved")
            text = f"backward has the pairs of pairing={other.pairing!r}, forward those of {self.pairing!r}"
            yield Mistake("pairs-of-the-other-kind", text, other.L_x(x))
        if self.offset:
            yield Mistake("offset-missing", "backward counts positions from 0", replace(self, offset=0).L_x(x))
        if r < N:
            text = "the entries that are not turned get no gradient"
            yield Mistake("rest-dropped", text, self._matrix(x, 1.0, 1.0, 0.0))
            if r > 2:
                position = self.offset + np.arange(len(x))[:, None]
                angles = position * self.base ** (-2.0 * np.arange(r // 2) / N)
                text = "the angles are base^(−2i/N), with the whole width N for the part r that is turned"
                yield Mistake("angles-of-the-whole-width", text, self._matrix(x, 1.0, 1.0, 1.0, angles))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, T: int, N: int, **settings: Any) -> Point:
            return Point(cls(**settings), {"x": rng.standard_normal((T, N))}, name)

        yield point("typical", n, 7, base=100.0, dims=4, offset=3)
        yield point("library defaults", n, 6)
        yield point("interleaved", n, 6, pairing="interleaved", offset=1)
        yield point("interleaved, in part", 3, 9, base=16.0, dims=4, pairing="interleaved")
        yield point("two entries", n + 1, 2, offset=-2)
        yield point("far along", 3, 5, base=16.0, dims=4, offset=1000)
        yield point("one position, not turned", 1, 4)
        yield Point(cls(), {"x": rng.integers(-2, 3, (3, 4)).astype(float)}, "whole numbers")


@kept
def _pattern(layer: Rotary, T: int, N: int) -> Pattern:
    """The places of cos A twice, of what stays, and of −sin A and sin A."""
    at_a, at_b, at_rest = (below(T)[:, None] * N + at for at in layer.places(N))
    turned = layer.turned_rows(T)
    rows = np.concatenate([at.ravel() for at in (at_a, at_b, at_rest, at_a[turned], at_b[turned])])
    cols = np.concatenate([at.ravel() for at in (at_a, at_b, at_rest, at_b[turned], at_a[turned])])
    return Pattern(rows, cols, (T * N, T * N))

"""Embedding: y = W[index].

W is a table of one row a word, [V × d]; y is [… × d], a row for each entry of the index, whose gradients add where a
word repeats. The word `padding_idx`, if there is one, stands for no word: y is 0 there and its row gets no gradient. In
PyTorch y is W[padding_idx] there, which is 0 from the start and, getting no gradient, stays so.

    y[t]            = W[index[t]];  0 where index[t] = padding_idx                 (1)
    L^W[t k, v l]   = 1 if v = index[t] ≠ padding_idx and k = l, else 0            (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..cut import Part, boxes
from ..layer import Layer
from ..matrix import Matrix, picks
from ..mistake import Mistake
from ..patterns import Pattern
from ..point import Point


class Embedding(Layer):
    padding_idx: int | None = None

    theta = ("W",)
    constant = ("index",)

    def forward(self, W: Any, index: Any) -> Any:
        y = W[index]
        return y if self.padding_idx is None else np.where(np.expand_dims(index == self.padding_idx, -1), 0.0, y)  # (1)

    def L_W(self, W: Any, index: Any) -> Matrix:
        t = np.arange(np.size(index))
        if self.padding_idx is not None:
            t = np.flatnonzero(index != self.padding_idx)
        return self._reads(W, index, t)  # (2)

    def _reads(self, W: Any, index: Any, t: np.ndarray, factor: Any = 1.0) -> Matrix:
        """L of the words at the places t alone."""
        d = W.shape[1]
        rows, cols = (v[:, None] * d + np.arange(d) for v in (t, np.ravel(index)[t]))
        if len(t) == np.size(index):
            return picks(cols, W.size, np.broadcast_to(factor, cols.shape).reshape(-1))
        return Pattern(rows, cols, (np.size(index) * d, W.size)).fill(factor)

    def cut(self, rows: int, /, W: Any, index: Any) -> Iterator[Part]:
        for y in boxes((*index.shape, W.shape[1]), rows, index.ndim):
            yield Part(y, {"index": y[:-1]})

    def mistakes(self, a: str, /, W: Any, index: Any) -> Iterator[Mistake]:
        words = np.ravel(index)
        t = np.arange(words.size) if self.padding_idx is None else np.flatnonzero(words != self.padding_idx)
        last = t[::-1][np.unique(words[t][::-1], return_index=True)[1]]
        text = "assigned, not added: a word that repeats gets the gradient of its last place alone"
        yield Mistake("assigned-not-added", text, self._reads(W, index, last))
        each = 1.0 / np.bincount(words, minlength=len(W))[words[t]]
        text = "divided by how often the word occurs (scale_grad_by_freq), which nobody asked for"
        yield Mistake("divided-by-frequency", text, self._reads(W, index, t, each[:, None]))
        if self.padding_idx is not None:
            text = "the row of the padding word receives a gradient"
            yield Mistake("padding-row-receives", text, self._reads(W, index, np.arange(words.size)))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, v: int, d: int, *shape: int) -> Point:
            return Point(cls(), {"W": rng.standard_normal((v, d)), "index": rng.integers(0, v, shape)}, name)

        yield point("typical", n, 3, n + 1)
        yield point("sentences", n + 1, 2, 2, 4)
        yield point("a single word", 3, n)
        yield point("a table of one word", 1, n, 3)
        yield point("one number a word", n, 1, 2 * n)
        yield point("few of many words", 3 * n, 2, 3)
        W, index = rng.standard_normal((4, 3)), np.array([[1, 0, 1, 3], [0, 3, 3, 0]])
        for k, where in ((0, index), (3, index[0])):  # as it should be, the padding row is 0
            zero = np.where(np.arange(4)[:, None] == k, 0.0, W)
            yield Point(cls(padding_idx=k), {"W": zero, "index": where}, f"padding is word {k}")
        whole = {"W": rng.integers(-2, 3, (3, 2)).astype(float), "index": rng.integers(0, 3, 7)}
        yield Point(cls(), whole, "whole numbers")

"""Dropout: y = mask · x/(1 − p).

Inverted dropout: p is the probability that an entry is dropped (PyTorch's rate; the original paper's and CS231n's p is
that of keeping it), and what is kept is scaled up at once, so that nothing is left to do when the net is used. The mask
is an argument without a derivative, of x's shape, true where an entry is kept: who draws it is not asked here.

    y         = x/(1 − p) where mask, else 0                                       (1)
    L^x[i, i] = 1/(1 − p) where mask, else 0                                       (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import Matrix, diag
from ..mistake import Mistake
from ..point import Point


class Dropout(Layer):
    p: float = 0.5

    constant = ("mask",)

    def forward(self, x: Any, mask: Any) -> Any:
        return np.where(mask, x, 0.0) / (1.0 - self.p)  # (1)

    def L_x(self, x: Any, mask: Any) -> Matrix:
        return diag(np.where(mask, 1.0, 0.0) / (1.0 - self.p))  # (2)

    def mistakes(self, a: str, /, x: Any, mask: Any) -> Iterator[Mistake]:
        gate, scale = np.where(mask, 1.0, 0.0), 1.0 / (1.0 - self.p)
        yield Mistake("missing-scale", "it is the mask alone: the factor 1/(1 − p) is missing", diag(gate))
        yield Mistake("missing-mask", "it is 1/(1 − p) everywhere: the mask is missing", diag(np.full(x.shape, scale)))
        yield Mistake("scaled-twice", "the factor 1/(1 − p) stands twice", diag(gate * scale * scale))
        yield Mistake("scaled-by-keep", "it is multiplied by 1 − p, not divided", diag(gate * (1.0 - self.p)))
        if self.p not in (0.0, 0.5):
            text = "the factor is 1/p: the rate was taken for the probability of keeping"
            yield Mistake("rate-for-keep", text, diag(gate / self.p))
        text = "the mask is inferred from y = 0: a kept entry whose x is 0 gets nothing"
        yield Mistake("mask-from-output", text, diag(np.where(x == 0, 0.0, gate * scale)))
        text = "the mask is turned round: what was dropped gets g"
        yield Mistake("mask-turned-round", text, diag((1.0 - gate) * scale))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, p: float, *shape: int) -> Point:
            """The data come from a relu: about half of them are 0, so that y = 0 says nothing about the mask."""
            x = np.maximum(rng.standard_normal(shape), 0.0)
            return Point(cls(p), {"x": x, "mask": rng.random(shape) < 0.5}, name)

        yield point("typical", 0.25, n, n + 1)
        yield point("the usual half", 0.5, 3 * n + 1)
        yield point("nearly all dropped", 0.9, 2, n)
        yield point("nothing to be dropped", 0.0, 2, 3)
        yield Point(cls(), {"x": rng.standard_normal((2, 3)), "mask": np.zeros((2, 3), bool)}, "all dropped")
        yield Point(cls(0.3), {"x": rng.standard_normal(4) * 1e6, "mask": np.ones(4, bool)}, "all kept")
        whole = {"x": rng.integers(-2, 3, (3, 4)).astype(float), "mask": rng.random((3, 4)) < 0.5}
        yield Point(cls(), whole, "whole numbers, with zeros")
        yield point("a single entry", 0.75, 1, 1, 1)

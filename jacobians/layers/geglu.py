"""GeGLU: y = gelu(a) · b.

The product in the feed-forward block of T5 v1.1 and Gemma (Shazeer 2020): a = W x is the gate, b = V x the value, of
one shape. approximate chooses the formula of gelu ("none" or "tanh", see gelu.py; T5 and Gemma have "tanh").

    y   = gelu(a) b                                                                (1)
    L^a = diag(b gelu'(a))                                                         (2)
    L^b = diag(gelu(a))                                                            (3)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ..cut import Part, alike
from ..layer import Layer
from ..matrix import Matrix, diag
from ..mistake import Mistake
from ..point import Point
from .gelu import GELU


class GeGLU(Layer):
    approximate: str = "none"

    def forward(self, a: Any, b: Any) -> Any:
        return GELU(self.approximate).h(a) * b  # (1)

    def L_a(self, a: Any, b: Any) -> Matrix:
        return diag(b * GELU(self.approximate).dh(a))  # (2)

    def L_b(self, a: Any, b: Any) -> Matrix:
        return diag(GELU(self.approximate).h(a))  # (3)

    def forward_as_usual(self, a: Any, b: Any) -> Any:
        return GELU(self.approximate).h_as_usual(a) * b

    def L_a_from_output(self, y: Any, a: Any, b: Any) -> Matrix:
        return diag(b * GELU(self.approximate).dh_as_usual(a))

    def L_b_from_output(self, y: Any, a: Any, b: Any) -> Matrix:
        return diag(GELU(self.approximate).h_as_usual(a))

    def cut(self, rows: int, /, a: Any, b: Any) -> Iterator[Part]:
        return alike(rows, a.shape, a=a.shape, b=b.shape)

    def atoms(self) -> Any:
        from ..graph import Graph
        from .multiply import Multiply

        return Graph(s=(GELU(self.approximate), "a"), y=(Multiply(), "s", "b"), order=("a", "b"))

    def mistakes(self, argument: str, /, a: Any, b: Any) -> Iterator[Mistake]:
        gelu = GELU(self.approximate)
        if argument == "a":
            for wrong in gelu.mistakes("x", a):
                yield replace(wrong, L=diag(b * wrong.L.data.reshape(a.shape)))
            text = "it is b gelu(a): gelu was not differentiated"
            yield Mistake("missing-gelu-derivative", text, diag(b * gelu.h(a)))
            yield Mistake("missing-value", "it is gelu'(a): the factor b is missing", diag(gelu.dh(a)))
            yield Mistake("arguments-exchanged", "it is gelu(a), which belongs to b", diag(gelu.h(a)))
        else:
            other = GELU("none" if self.approximate == "tanh" else "tanh")
            text = f'it is the other formula of gelu, approximate="{other.approximate}"'
            yield Mistake("other-formula", text, diag(other.h(a)))
            yield Mistake("missing-gelu", "it is a, the gate before gelu", diag(a))
            yield Mistake("arguments-exchanged", "it is b gelu'(a), which belongs to a", diag(b * gelu.dh(a)))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, approximate: str, *shape: int, scale: float = 1.0) -> Point:
            return Point(cls(approximate), {a: rng.standard_normal(shape) * scale for a in ("a", "b")}, name)

        yield point("typical", "none", n, n + 1)
        yield point("typical, by tanh", "tanh", n + 1, n)
        yield point("wide", "none", 2, n, scale=6.0)
        far = np.array([[1000.0, -1000.0, 37.0, -37.0], [-7.25, 9.5, 18.0, -9.75]])
        yield Point(cls(), {"a": far, "b": rng.standard_normal((2, 4))}, "saturated")
        far = np.where(np.abs(far) < 1000, far / 4, far)
        yield Point(cls("tanh"), {"a": far, "b": rng.standard_normal((2, 4))}, "saturated, by tanh")
        yield point("tiny", "none", 4, 2, scale=1e-6)
        whole = {a: rng.integers(-2, 3, (3, 5)).astype(float) for a in ("a", "b")}
        yield Point(cls("tanh"), whole, "whole numbers, with zeros")

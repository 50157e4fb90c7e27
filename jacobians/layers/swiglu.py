"""SwiGLU: y = silu(a) · b, silu(a) = a/(1 + exp(−a)).

The product in Llama's feed-forward block (Shazeer 2020): a = W x is the gate, b = V x the value, of one shape; the
three matrices of the block are Linear's. Entry by entry:

    y   = silu(a) b                                                                (1)
    L^a = diag(b silu'(a))                                                         (2)
    L^b = diag(silu(a))                                                            (3)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..cut import Part, alike
from ..layer import Layer
from ..matrix import Matrix, diag
from ..mistake import Mistake
from ..point import Point
from .sigmoid import Sigmoid
from .silu import SiLU


class SwiGLU(Layer):
    def forward(self, a: Any, b: Any) -> Any:
        return SiLU().h(a) * b  # (1)

    def L_a(self, a: Any, b: Any) -> Matrix:
        return diag(b * SiLU().dh(a))  # (2)

    def L_b(self, a: Any, b: Any) -> Matrix:
        return diag(SiLU().h(a))  # (3)

    def L_a_from_output(self, y: Any, a: Any, b: Any) -> Matrix:
        return diag(b * SiLU().dh_as_usual(a))

    def cut(self, rows: int, /, a: Any, b: Any) -> Iterator[Part]:
        return alike(rows, a.shape, a=a.shape, b=b.shape)

    def atoms(self) -> Any:
        from ..graph import Graph
        from .multiply import Multiply

        return Graph(s=(SiLU(), "a"), y=(Multiply(), "s", "b"), order=("a", "b"))

    def mistakes(self, argument: str, /, a: Any, b: Any) -> Iterator[Mistake]:
        s, ds = Sigmoid().h(a), Sigmoid().dh(a)
        if argument == "a":
            text = "it is b σ(a): silu was differentiated as if its sigmoid were constant"
            yield Mistake("gate-taken-as-constant", text, diag(b * s))
            yield Mistake("missing-silu-derivative", "it is b silu(a): silu was not differentiated", diag(b * a * s))
            yield Mistake("missing-value", "it is silu'(a): the factor b is missing", diag(s + a * ds))
            yield Mistake("sigmoid-derivative", "it is b σ'(a), the derivative of sigmoid", diag(b * ds))
            text = "it is silu(a), which belongs to b"
            yield Mistake("arguments-exchanged", text, diag(a * s))
        else:
            yield Mistake("missing-silu", "it is a, the gate before silu", diag(a))
            yield Mistake("sigmoid-for-silu", "it is σ(a), not a σ(a)", diag(s))
            yield Mistake("arguments-exchanged", "it is b silu'(a), which belongs to a", diag(b * (s + a * ds)))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, *shape: int, scale: float = 1.0) -> Point:
            return Point(cls(), {a: rng.standard_normal(shape) * scale for a in ("a", "b")}, name)

        yield point("typical", n, n + 1)
        yield point("a vector", 3 * n + 1)
        yield point("wide", 2, n, scale=6.0)
        gate = np.array([[40.0, -40.0, 30.5], [-27.25, 18.0, -16.75]])
        yield Point(cls(), {"a": gate, "b": rng.standard_normal((2, 3))}, "saturated")
        yield point("tiny", 4, 2, scale=1e-6)
        whole = {a: rng.integers(-2, 3, (3, 5)).astype(float) for a in ("a", "b")}
        yield Point(cls(), whole, "whole numbers, with zeros")
        yield point("a single entry", 1, 1, 1)

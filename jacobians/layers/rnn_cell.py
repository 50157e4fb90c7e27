"""RnnCell: y = tanh(W x + U h + b).

One step of Elman's network: x is the input, h the previous state, y the next. W is [n × m], U [n × n]; b has n entries.
PyTorch keeps two biases, b_ih and b_hh, of which only the sum counts: b is that sum, and L^b is that of each of them.

    z    = W x + U h + b                                                           (1)
    y    = tanh(z)                                                                 (2)
    s    = 1/cosh²(z)                or 1 − y², from the output                    (3)
    L^x  = diag(s) W                                                               (4)
    L^h  = diag(s) U                                                               (5)
    L^W  = diag(s) ⊗ xᵀ                                                            (6)
    L^U  = diag(s) ⊗ hᵀ                                                            (7)
    L^b  = diag(s)                                                                 (8)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import Matrix, diag, kron
from ..mistake import Mistake
from ..point import Point
from .tanh import Tanh


class RnnCell(Layer):
    theta = ("W", "U", "b")

    def forward(self, x: Any, h: Any, W: Any, U: Any, b: Any) -> Any:
        return np.tanh(self._z(x, h, W, U, b))  # (2)

    def L_x(self, x: Any, h: Any, W: Any, U: Any, b: Any) -> Matrix:
        return self._s(x, h, W, U, b)[:, None] * W  # (4)

    def L_h(self, x: Any, h: Any, W: Any, U: Any, b: Any) -> Matrix:
        return self._s(x, h, W, U, b)[:, None] * U  # (5)

    def L_W(self, x: Any, h: Any, W: Any, U: Any, b: Any) -> Matrix:
        return kron(diag(self._s(x, h, W, U, b)), x)  # (6)

    def L_U(self, x: Any, h: Any, W: Any, U: Any, b: Any) -> Matrix:
        return kron(diag(self._s(x, h, W, U, b)), h)  # (7)

    def L_b(self, x: Any, h: Any, W: Any, U: Any, b: Any) -> Matrix:
        return diag(self._s(x, h, W, U, b))  # (8)

    def L_x_from_output(self, y: Any, x: Any, h: Any, W: Any, U: Any, b: Any) -> Matrix:
        return (1.0 - y * y)[:, None] * W  # (3)

    def L_h_from_output(self, y: Any, x: Any, h: Any, W: Any, U: Any, b: Any) -> Matrix:
        return (1.0 - y * y)[:, None] * U

    def L_W_from_output(self, y: Any, x: Any, h: Any, W: Any, U: Any, b: Any) -> Matrix:
        return kron(diag(1.0 - y * y), x)

    def L_U_from_output(self, y: Any, x: Any, h: Any, W: Any, U: Any, b: Any) -> Matrix:
        return kron(diag(1.0 - y * y), h)

    def L_b_from_output(self, y: Any, x: Any, h: Any, W: Any, U: Any, b: Any) -> Matrix:
        return diag(1.0 - y * y)

    def _z(self, x: Any, h: Any, W: Any, U: Any, b: Any) -> Any:
        return W @ x + U @ h + b  # (1)

    def _s(self, x: Any, h: Any, W: Any, U: Any, b: Any) -> Any:
        return Tanh().dh(self._z(x, h, W, U, b))  # (3)

    def mistakes(self, a: str, /, x: Any, h: Any, W: Any, U: Any, b: Any) -> Iterator[Mistake]:
        z = self._z(x, h, W, U, b)
        y = np.tanh(z)

        def L(s: np.ndarray) -> Matrix:
            """L^a with s in place of 1/cosh²(z)."""
            if a in ("x", "h"):
                return s[:, None] * (W if a == "x" else U)
            return diag(s) if a == "b" else kron(diag(s), x if a == "W" else h)

        yield Mistake("missing-tanh", "the derivative of tanh is missing", L(np.ones_like(y)))
        yield Mistake("slope-of-z", "it has 1 − z², with what goes into tanh, for 1 − y²", L(1.0 - z * z))
        yield Mistake("slope-of-sigmoid", "it has y (1 − y), which is sigmoid's, for 1 − y²", L(y * (1.0 - y)))
        yield Mistake("slope-not-squared", "it has 1 − y for 1 − y²", L(1.0 - y))
        if a == "h":
            yield Mistake("transposed-U", "it goes back through U, not Uᵀ", Tanh().dh(z)[:, None] * U.T)
        if a == "U":
            yield Mistake("next-state", "the outer product is with y, not with h", kron(diag(Tanh().dh(z)), y))

    def atoms(self) -> Any:
        from ..graph import Graph
        from .linear import Linear

        return Graph(
            a=(Linear(), "x", "W", "b"), z=(Linear(), "h", "U", "a"), y=(Tanh(), "z"), order=("x", "h", "W", "U", "b")
        )

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        shapes = {"x": (n + 1,), "h": (n,), "W": (n, n + 1), "U": (n, n), "b": (n,)}
        yield Point(cls(), {a: rng.standard_normal(s) / np.sqrt(max(s)) for a, s in shapes.items()}, "typical")
        yield from cell_points(cls(), rng, 1, ("h",), ("b",))


def cell_points(
    cell: Layer, rng: np.random.Generator, gates: int, states: tuple[str, ...], biases: tuple[str, ...]
) -> Iterator[Point]:
    """The corners of a recurrent cell whose W, U and first bias have `gates` blocks of rows; other biases have one."""

    def point(name: str, n: int, m: int, scale: float = 1.0, **fixed: Any) -> Point:
        shapes = {"x": (m,), **dict.fromkeys(states, (n,)), "W": (gates * n, m), "U": (gates * n, n), "b": (gates * n,)}
        shapes |= dict.fromkeys(biases[1:], (n,))
        values = {a: rng.standard_normal(s) for a, s in shapes.items()}
        values |= {a: values[a] * scale for a in ("W", "U", *biases)}
        return Point(cell, values | {a: np.broadcast_to(v, shapes[a]).copy() for a, v in fixed.items()}, name)

    yield point("one by one", 1, 1)
    yield point("a first step of one input, state 0", 3, 1, 0.5, **dict.fromkeys(states, 0.0))
    yield point("saturated", 2, 3, 8.0, **{a: rng.uniform(1.0, 2.0, 2) * rng.choice([-1.0, 1.0], 2) for a in states})
    first = point("whole numbers", 3, 2)
    whole = {a: rng.integers(-2, 3, tuple(v.shape)).astype(float) for a, v in first.values.items()}
    whole |= {a: rng.choice([-2.0, -1.0, 1.0, 2.0], 3) for a in states}  # a state of 0 has its own point
    yield Point(cell, whole, "whole numbers")

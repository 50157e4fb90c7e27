"""GruCell: y = (1 − z) n + z h, with gates r and z, and n = tanh(W_n x + b_n + r (U_n h + c)).

One step of a gated recurrent unit: x is the input, h the previous state, y the next. W is [3n × m] and U [3n × n]:
three blocks of rows each, in PyTorch's order r, z, n; b has 3n entries likewise, c has n. The reset gate acts on
U_n h + c, as in PyTorch and cuDNN (Keras: reset_after), not on h before U_n, as in the paper (Cho et al., 2014). Of
PyTorch's two biases, b_ih + b_hh is b for r and z; for n they are b_n and c.

    r, z    = σ(W_r x + b_r + U_r h),  σ(W_z x + b_z + U_z h)                      (1)
    q, n    = U_n h + c,  tanh(W_n x + b_n + r q)                                  (2)
    y       = (1 − z) n + z h = n + z (h − n)                                      (3)

How y moves with what goes into r, into z and into n, entry by entry, and with q:

    d_n     = (1 − z) tanh'                1 − z is σ of the negative              (4)
    d_z     = (h − n) σ'                                                           (5)
    d_r     = d_n q σ'                                                             (6)
    d_q     = d_n r                                                                (7)
    L^x     = diag(d_r) W_r + diag(d_z) W_z + diag(d_n) W_n                        (8)
    L^h     = diag(d_r) U_r + diag(d_z) U_z + diag(d_q) U_n + diag(z)              (9)
    L^W     = [diag(d_r), diag(d_z), diag(d_n)] ⊗ xᵀ                               (10)
    L^U     = [diag(d_r), diag(d_z), diag(d_q)] ⊗ hᵀ                               (11)
    L^b     = [diag(d_r), diag(d_z), diag(d_n)]                                    (12)
    L^c     = diag(d_q)                                                            (13)

From the stored gates, σ' = σ (1 − σ) and tanh' = 1 − tanh²: they lose their digits where a gate is full.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import Matrix, diag, diags, kron
from ..mistake import Mistake
from ..point import Point
from .rnn_cell import cell_points
from .sigmoid import Sigmoid
from .tanh import Tanh


class GruCell(Layer):
    theta = ("W", "U", "b", "c")

    def forward(self, x: Any, h: Any, W: Any, U: Any, b: Any, c: Any) -> Any:
        s = sums(x, h, W, U, b, c)
        n = np.tanh(s.n)
        return n + Sigmoid().h(s.z) * (h - n)  # (3)

    def L_x(self, x: Any, h: Any, W: Any, U: Any, b: Any, c: Any) -> Matrix:
        return moves(x, h, W, U, b, c).L("x", x, h, W, U)

    def L_h(self, x: Any, h: Any, W: Any, U: Any, b: Any, c: Any) -> Matrix:
        return moves(x, h, W, U, b, c).L("h", x, h, W, U)

    def L_W(self, x: Any, h: Any, W: Any, U: Any, b: Any, c: Any) -> Matrix:
        return moves(x, h, W, U, b, c).L("W", x, h, W, U)

    def L_U(self, x: Any, h: Any, W: Any, U: Any, b: Any, c: Any) -> Matrix:
        return moves(x, h, W, U, b, c).L("U", x, h, W, U)

    def L_b(self, x: Any, h: Any, W: Any, U: Any, b: Any, c: Any) -> Matrix:
        return moves(x, h, W, U, b, c).L("b", x, h, W, U)

    def L_c(self, x: Any, h: Any, W: Any, U: Any, b: Any, c: Any) -> Matrix:
        return moves(x, h, W, U, b, c).L("c", x, h, W, U)

    def L_x_from_output(self, y: Any, x: Any, h: Any, W: Any, U: Any, b: Any, c: Any) -> Matrix:
        return moves(x, h, W, U, b, c, from_gates=True).L("x", x, h, W, U)

    def L_h_from_output(self, y: Any, x: Any, h: Any, W: Any, U: Any, b: Any, c: Any) -> Matrix:
        return moves(x, h, W, U, b, c, from_gates=True).L("h", x, h, W, U)

    def L_W_from_output(self, y: Any, x: Any, h: Any, W: Any, U: Any, b: Any, c: Any) -> Matrix:
        return moves(x, h, W, U, b, c, from_gates=True).L("W", x, h, W, U)

    def L_U_from_output(self, y: Any, x: Any, h: Any, W: Any, U: Any, b: Any, c: Any) -> Matrix:
        return moves(x, h, W, U, b, c, from_gates=True).L("U", x, h, W, U)

    def L_b_from_output(self, y: Any, x: Any, h: Any, W: Any, U: Any, b: Any, c: Any) -> Matrix:
        return moves(x, h, W, U, b, c, from_gates=True).L("b", x, h, W, U)

    def L_c_from_output(self, y: Any, x: Any, h: Any, W: Any, U: Any, b: Any, c: Any) -> Matrix:
        return moves(x, h, W, U, b, c, from_gates=True).L("c", x, h, W, U)

    def mistakes(self, a: str, /, x: Any, h: Any, W: Any, U: Any, b: Any, c: Any) -> Iterator[Mistake]:
        right, s = moves(x, h, W, U, b, c), sums(x, h, W, U, b, c)
        r, z = Sigmoid().h(s.r), Sigmoid().h(s.z)

        def wrong(name: str, text: str, **changed: Any) -> Mistake:
            return Mistake(name, text, replace(right, **changed).L(a, x, h, W, U))

        if a != "c":
            yield wrong("missing-path-of-r", "the path through the reset gate is missing", r=0.0 * right.r)
            yield wrong("missing-path-of-z", "the path through the update gate is missing", z=0.0 * right.z)
            yield wrong("h-for-q", "the reset gate's path has h for U_n h + c", r=right.n * h * Sigmoid().dh(s.r))
            yield self._before(a, x, h, W, U, b, c)
        if a in ("h", "U", "c"):
            yield wrong("missing-reset", "the factor r is missing on the way through U_n h + c", q=right.n)
        if a == "h":
            yield wrong("missing-skip", "the path z h is missing", skip=0.0 * z)
        slope, open = Tanh().dh(s.n), Sigmoid().h(-s.z)
        swapped = {"n": z * slope, "z": -right.z, "r": z * slope * s.q * Sigmoid().dh(s.r), "q": z * slope * r}
        yield wrong("swapped-update", "z and 1 − z are exchanged", skip=open, **swapped)
        bare = {"n": open, "r": open * s.q * Sigmoid().dh(s.r), "q": open * r}
        yield wrong("missing-tanh", "the derivative of tanh is missing", **bare)

    def _before(self, a: str, x: Any, h: Any, W: Any, U: Any, b: Any, c: Any) -> Mistake:
        """The gradient of the paper's unit, whose reset gate acts before U_n, at the values of ours."""
        d, s, n = moves(x, h, W, U, b, c), sums(x, h, W, U, b, c), len(h)
        reset, W_blocks, U_blocks = Sigmoid().h(s.r), W.reshape(3, n, -1), U.reshape(3, n, n)
        through = d.n[:, None] * U_blocks[2]
        into = [through * (h * Sigmoid().dh(s.r)), np.diag(d.z), np.diag(d.n)]
        if a == "x":
            L = sum(A @ B for A, B in zip(into, W_blocks, strict=True))
        elif a == "h":
            L = into[0] @ U_blocks[0] + into[1] @ U_blocks[1] + through * reset + np.diag(d.skip)
        elif a == "b":
            L = np.hstack(into)
        else:
            vectors = (x, x, x) if a == "W" else (h, h, reset * h)
            L = np.hstack([kron(A, v) for A, v in zip(into, vectors, strict=True)])
        return Mistake("reset-before", "the reset gate acts on h before U_n here, not on U_n h + c", L)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        shapes = {"x": (n + 1,), "h": (n,), "W": (3 * n, n + 1), "U": (3 * n, n), "b": (3 * n,), "c": (n,)}
        yield Point(cls(), {a: rng.standard_normal(s) / np.sqrt(s[-1]) for a, s in shapes.items()}, "typical")
        yield from cell_points(cls(), rng, 3, ("h",), ("b", "c"))


@dataclass(frozen=True)
class Sums:
    """What goes into the gates r and z and into the tanh of n, and q."""

    r: Any
    z: Any
    n: Any
    q: Any


@dataclass(frozen=True)
class Moves:
    """How y moves with the entries of Sums, and with h by the path z h."""

    r: Any
    z: Any
    n: Any
    q: Any
    skip: Any

    def L(self, a: str, x: Any, h: Any, W: Any, U: Any) -> Matrix:
        """L^a of these."""
        through_W, through_U = (self.r, self.z, self.n), (self.r, self.z, self.q)
        if a == "x":
            return by_blocks(through_W, W)  # (8)
        if a == "h":
            return by_blocks(through_U, U) + np.where(np.eye(len(h), dtype=bool), self.skip, 0.0)  # (9)
        if a == "W":
            return kron(diags(*through_W), x)  # (10)
        if a == "U":
            return kron(diags(*through_U), h)  # (11)
        return diags(*through_W) if a == "b" else diag(self.q)  # (12) (13)


def sums(x: Any, h: Any, W: Any, U: Any, b: Any, c: Any) -> Sums:
    """(1) and (2) before σ and tanh."""
    Wx, Uh = (W @ x + b).reshape(3, -1), (U @ h).reshape(3, -1)
    r, q = Wx[0] + Uh[0], Uh[2] + c
    return Sums(r, Wx[1] + Uh[1], Wx[2] + Sigmoid().h(r) * q, q)  # (1) (2)


def moves(x: Any, h: Any, W: Any, U: Any, b: Any, c: Any, from_gates: bool = False) -> Moves:
    """(4) to (7); from_gates: with the slopes that fast code has from its stored gates."""
    s = sums(x, h, W, U, b, c)
    gates = np.stack([s.r, s.z, -s.z])
    (r, z, rest), n = Sigmoid().h(gates), np.tanh(s.n)
    if from_gates:
        rest, dr, dz, dn = 1.0 - z, r * (1.0 - r), z * (1.0 - z), 1.0 - n * n
    else:
        (dr, dz, _), dn = Sigmoid().dh(gates), Tanh().dh(s.n)
    d_n = rest * dn  # (4)
    return Moves(r=d_n * s.q * dr, z=(h - n) * dz, n=d_n, q=d_n * r, skip=z)  # (6) (5) (7)


def by_blocks(d: tuple[Any, ...], A: Any) -> Any:
    """Σ diag(d_k) A_k over the blocks of rows of A."""
    return sum(v[:, None] * B for v, B in zip(d, A.reshape(len(d), len(d[0]), -1), strict=True))

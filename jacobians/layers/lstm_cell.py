"""LstmCell: y = [h', c'], with c' = f c + i g and h' = o tanh(c').

One step of a long short-term memory: x is the input, h the previous output, c the previous memory; y is [2 × n], h'
above c'. W is [4n × m] and U [4n × n]: four blocks of rows each, b has 4n entries likewise, in the order that `order`
names. PyTorch, cuDNN and Keras have "ifgo", CS231n "ifog", ONNX "iofg". PyTorch keeps two biases, of which only the
sum b counts.

    i, f, o, g = σ(z_i), σ(z_f), σ(z_o), tanh(z_g)        z = W x + U h + b        (1)
    c'         = f c + i g                                                         (2)
    h'         = o tanh(c')                                                        (3)

How c' and h' move with z, entry by entry, in each block:

    e          = g σ' for i,  c σ' for f,  i tanh' for g,  0 for o                 (4)
    w          = o tanh'(c')                          how h' moves with c'         (5)
    d          = w e for i, f and g,  tanh(c') σ' for o                            (6)
    D          = [diag(d), diag(d), …] above [diag(e), diag(e), …], [2n × 4n]      (7)
    L^x        = D W                                                               (8)
    L^h        = D U                                                               (9)
    L^c        = diag(w f) above diag(f)                                           (10)
    L^W        = D ⊗ xᵀ                                                            (11)
    L^U        = D ⊗ hᵀ                                                            (12)
    L^b        = D                                                                 (13)

From the stored gates, σ' = σ (1 − σ) and tanh' = 1 − tanh²: they lose their digits where a gate is full.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..keeping import kept
from ..layer import Layer
from ..matrix import Matrix, diag, kron, stack
from ..mistake import Mistake
from ..patterns import Pattern
from ..point import Point
from .rnn_cell import cell_points
from .sigmoid import Sigmoid
from .tanh import Tanh


class LstmCell(Layer):
    order: str = "ifgo"

    theta = ("W", "U", "b")

    def forward(self, x: Any, h: Any, c: Any, W: Any, U: Any, b: Any) -> Any:
        z = self._z(x, h, W, U, b)
        i, f, o = (Sigmoid().h(z[gate]) for gate in "ifo")
        after = f * c + i * np.tanh(z["g"])  # (2)
        return np.stack([o * np.tanh(after), after])  # (3)

    def L_x(self, x: Any, h: Any, c: Any, W: Any, U: Any, b: Any) -> Matrix:
        return self._moves(x, h, c, W, U, b).L("x", x, h, W, U)

    def L_h(self, x: Any, h: Any, c: Any, W: Any, U: Any, b: Any) -> Matrix:
        return self._moves(x, h, c, W, U, b).L("h", x, h, W, U)

    def L_c(self, x: Any, h: Any, c: Any, W: Any, U: Any, b: Any) -> Matrix:
        return self._moves(x, h, c, W, U, b).L("c", x, h, W, U)

    def L_W(self, x: Any, h: Any, c: Any, W: Any, U: Any, b: Any) -> Matrix:
        return self._moves(x, h, c, W, U, b).L("W", x, h, W, U)

    def L_U(self, x: Any, h: Any, c: Any, W: Any, U: Any, b: Any) -> Matrix:
        return self._moves(x, h, c, W, U, b).L("U", x, h, W, U)

    def L_b(self, x: Any, h: Any, c: Any, W: Any, U: Any, b: Any) -> Matrix:
        return self._moves(x, h, c, W, U, b).L("b", x, h, W, U)

    def L_x_from_output(self, y: Any, x: Any, h: Any, c: Any, W: Any, U: Any, b: Any) -> Matrix:
        return self._moves(x, h, c, W, U, b, from_gates=True).L("x", x, h, W, U)

    def L_h_from_output(self, y: Any, x: Any, h: Any, c: Any, W: Any, U: Any, b: Any) -> Matrix:
        return self._moves(x, h, c, W, U, b, from_gates=True).L("h", x, h, W, U)

    def L_c_from_output(self, y: Any, x: Any, h: Any, c: Any, W: Any, U: Any, b: Any) -> Matrix:
        return self._moves(x, h, c, W, U, b, from_gates=True).L("c", x, h, W, U)

    def L_W_from_output(self, y: Any, x: Any, h: Any, c: Any, W: Any, U: Any, b: Any) -> Matrix:
        return self._moves(x, h, c, W, U, b, from_gates=True).L("W", x, h, W, U)

    def L_U_from_output(self, y: Any, x: Any, h: Any, c: Any, W: Any, U: Any, b: Any) -> Matrix:
        return self._moves(x, h, c, W, U, b, from_gates=True).L("U", x, h, W, U)

    def L_b_from_output(self, y: Any, x: Any, h: Any, c: Any, W: Any, U: Any, b: Any) -> Matrix:
        return self._moves(x, h, c, W, U, b, from_gates=True).L("b", x, h, W, U)

    def _z(self, x: Any, h: Any, W: Any, U: Any, b: Any) -> dict[str, Any]:
        z = (W @ x + U @ h + b).reshape(4, -1)  # (1)
        return {gate: z[k] for k, gate in enumerate(self.order)}

    def _moves(self, x: Any, h: Any, c: Any, W: Any, U: Any, b: Any, from_gates: bool = False) -> Moves:
        z = self._z(x, h, W, U, b)
        gates = np.stack([z[gate] for gate in "ifo"])
        (i, f, o), g = Sigmoid().h(gates), np.tanh(z["g"])
        after = f * c + i * g
        t = np.tanh(after)
        if from_gates:
            (di, df, do), dg, dt = (v * (1.0 - v) for v in (i, f, o)), 1.0 - g * g, 1.0 - t * t
        else:
            (di, df, do), (dg, dt) = Sigmoid().dh(gates), Tanh().dh(np.stack([z["g"], after]))
        w = o * dt  # (5)
        e = {"i": g * di, "f": c * df, "g": i * dg}  # (4)
        d = {gate: w * e[gate] for gate in e} | {"o": t * do}  # (6)
        return Moves(self.order, e=e, d=d, kept=f, through=w * f)

    def mistakes(self, a: str, /, x: Any, h: Any, c: Any, W: Any, U: Any, b: Any) -> Iterator[Mistake]:
        right, z = self._moves(x, h, c, W, U, b), self._z(x, h, W, U, b)
        y, none = self.forward(x, h, c, W, U, b), np.zeros(len(h))
        o, g = Sigmoid().h(z["o"]), np.tanh(z["g"])

        def wrong(name: str, text: str, **changed: Any) -> Mistake:
            return Mistake(name, text, replace(right, **changed).L(a, x, h, W, U))

        nothing = dict.fromkeys("ifg", none)
        text = "the gradient of h' does not go on into c'"
        yield wrong("h-not-through-c", text, d=nothing | {"o": right.d["o"]}, through=none)
        yield wrong("next-c-ignored", "the gradient of c' itself is ignored", e=nothing, kept=none)
        w = o * (1.0 - y[1] * y[1])
        d = {gate: w * right.e[gate] for gate in "ifg"} | {"o": right.d["o"]}
        yield wrong("slope-of-c", "it has 1 − c'² for 1 − tanh²(c')", d=d, through=w * right.kept)
        if a == "c":
            yield wrong(
                "missing-forget", "the factor f is missing", kept=none + 1.0, through=right.through / right.kept
            )
            return
        for name, text, gate, factor in (
            (
                "slope-of-sigmoid",
                "it has g (1 − g), which is sigmoid's, for 1 − g²",
                "g",
                g * (1.0 - g) / Tanh().dh(z["g"]),
            ),
            ("next-c-for-c", "the forget gate's path has c' for c", "f", y[1] / np.where(c == 0, 1.0, c)),
        ):
            e, d = ({**of, gate: of[gate] * factor} for of in (right.e, right.d))
            yield wrong(name, text, e=e, d=d)
        other = "ifog" if self.order != "ifog" else "ifgo"
        yield wrong("gate-order", f"the blocks of W, U and b are taken in the order {other}", order=other)

    def atoms(self) -> Any:
        from ..graph import Graph
        from .add import Add
        from .concatenate import Concatenate
        from .linear import Linear
        from .multiply import Multiply
        from .reshape import Reshape
        from .take import Take

        gates = {f"z{gate}": (Take(index=k), "z") for k, gate in enumerate(self.order)}
        return Graph(
            order=("x", "h", "c", "W", "U", "b"),
            s=(Linear(), "x", "W", "b"),
            zs=(Linear(), "h", "U", "s"),
            z=(Reshape(shape=(4, -1)), "zs"),
            **gates,
            **{gate: (Tanh() if gate == "g" else Sigmoid(), f"z{gate}") for gate in self.order},
            kept=(Multiply(), "f", "c"),
            new=(Multiply(), "i", "g"),
            after=(Add(), "kept", "new"),
            t=(Tanh(), "after"),
            out=(Multiply(), "o", "t"),
            both=(Concatenate(), "out", "after"),
            y=(Reshape(shape=(2, -1)), "both"),
        )

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        shapes = {"x": (n + 1,), "h": (n,), "c": (n,), "W": (4 * n, n + 1), "U": (4 * n, n), "b": (4 * n,)}
        yield Point(cls(), {a: rng.standard_normal(s) / np.sqrt(s[-1]) for a, s in shapes.items()}, "typical")
        yield from cell_points(cls(), rng, 4, ("h", "c"), ("b",))
        shapes = {"x": (2,), "h": (1,), "c": (1,), "W": (4, 2), "U": (4, 1), "b": (4,)}
        yield Point(cls(order="ifog"), {a: rng.standard_normal(s) for a, s in shapes.items()}, "order ifog")


@dataclass(frozen=True)
class Moves:
    """How c' (e) and h' (d) move with each block of z, and with c by the path f c (kept, through)."""

    order: str
    e: dict[str, Any]
    d: dict[str, Any]
    kept: Any
    through: Any

    def L(self, a: str, x: Any, h: Any, W: Any, U: Any) -> Matrix:
        """L^a of these."""
        n = len(h)
        if a == "c":
            return stack(diag(self.through), diag(self.kept))  # (10)
        if a in ("x", "h"):
            A = (W if a == "x" else U).reshape(4, n, -1)
            rows = [sum(of[g][:, None] * A[k] for k, g in enumerate(self.order) if g in of) for of in (self.d, self.e)]
            return stack(*rows)  # (8) (9)
        by_row = [np.stack([of[g] for g in self.order if g in of], axis=-1).reshape(-1) for of in (self.d, self.e)]
        D = _by_gate(self.order, n).fill(np.concatenate(by_row))  # (7)
        return D if a == "b" else kron(D, x if a == "W" else h)  # (13) (11) (12)


@kept
def _by_gate(order: str, n: int) -> Pattern:
    """The places of (7), row by row: of h' by all blocks of z, of c' by all but o's."""
    k, blocks = np.arange(n)[:, None], (range(4), [b for b, gate in enumerate(order) if gate != "o"])
    rows = np.concatenate([np.repeat(row * n + k, len(b)) for row, b in enumerate(blocks)])
    cols = np.concatenate([(k + n * np.array(b)).ravel() for b in blocks])
    return Pattern(rows, cols, (2 * n, 4 * n))

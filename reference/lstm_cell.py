"""LstmCell, batched: c' = f c + i g, h' = o tanh(c'), y[:, 0] = h' and y[:, 1] = c'; one example a row.

With primes for the slopes of gates and of tanh, which keep all their digits, and g_h, g_c the two halves of g:

    d_c    = g_c + g_h o tanh'(c')           all that reaches c'                    (1)
    d_z    = [d_c g i', d_c c f', d_c i g', g_h tanh(c') o'], in the order of blocks   (2)
    ∂J/∂x  = d_z W,  ∂J/∂h = d_z U,  ∂J/∂c = d_c f                                  (3)
    ∂J/∂W  = d_zᵀ x, ∂J/∂U = d_zᵀ h, ∂J/∂b = Σ d_z                                  (4)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, h: Array, c: Array, W: Array, U: Array, b: Array, order: str = "ifgo") -> tuple[Array, Any]:
    z = dict(zip(order, np.split(x @ W.T + h @ U.T + b, 4, axis=1), strict=True))
    (i, di), (f, df), (o, do), (g, dg) = sigmoid(z["i"]), sigmoid(z["f"]), sigmoid(z["o"]), tanh(z["g"])
    after = f * c + i * g
    t, dt = tanh(after)
    by = {"i": g * di, "f": c * df, "g": i * dg}  # what d_c is multiplied by
    return np.stack([o * t, after], axis=1), (x, h, W, U, f, by, o * dt, t * do, order)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, h, W, U, f, by, by_after, by_o, order = saved
    d_c = g[:, 1] + g[:, 0] * by_after  # (1)
    d_z = np.concatenate([g[:, 0] * by_o if gate == "o" else d_c * by[gate] for gate in order], axis=1)  # (2)
    return {
        "x": d_z @ W,
        "h": d_z @ U,
        "c": d_c * f,  # (3)
        "W": d_z.T @ x,
        "U": d_z.T @ h,
        "b": d_z.sum(axis=0),  # (4)
    }


def sigmoid(x: Array) -> tuple[Array, Array]:
    """σ(x) and σ'(x), neither of them by a difference."""
    e = np.exp(-np.abs(x))
    return np.where(x < 0, e, 1) / (1 + e), e / np.square(1 + e)


def tanh(x: Array) -> tuple[Array, Array]:
    """tanh(x) and tanh'(x), neither of them by a difference."""
    e = np.exp(-2 * np.abs(x))
    return np.tanh(x), 4 * e / np.square(1 + e)

"""GruCell, batched: y = (1 − z) n + z h, one example a row; the reset gate r acts on q = h U_nᵀ + c.

With primes for the slopes of the gates, which keep all their digits:

    d_n   = g (1 − z) n',  d_z = g (h − n) z',  d_r = d_n q r'                      (1)
    D, E  = [d_r, d_z, d_n], [d_r, d_z, d_n r]      at x Wᵀ + b, and at h Uᵀ + c    (2)
    ∂J/∂x = D W,  ∂J/∂h = E U + g z                                                 (3)
    ∂J/∂W = Dᵀ x, ∂J/∂U = Eᵀ h, ∂J/∂b = Σ D, ∂J/∂c = Σ d_n r                        (4)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, h: Array, W: Array, U: Array, b: Array, c: Array) -> tuple[Array, Any]:
    Wx, Uh = np.split(x @ W.T + b, 3, axis=1), np.split(h @ U.T, 3, axis=1)
    r, _, dr = sigmoid(Wx[0] + Uh[0])
    z, rest, dz = sigmoid(Wx[1] + Uh[1])
    q = Uh[2] + c
    into_n = Wx[2] + r * q
    n, e = np.tanh(into_n), np.exp(-2 * np.abs(into_n))
    dn = 4 * e / np.square(1 + e)
    return rest * n + z * h, (x, h, W, U, r, z, rest * dn, (h - n) * dz, q * dr)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, h, W, U, r, z, by_n, by_z, by_r = saved
    d_n = g * by_n
    d_r, d_z, d_q = d_n * by_r, g * by_z, d_n * r  # (1)
    D, E = np.concatenate([d_r, d_z, d_n], axis=1), np.concatenate([d_r, d_z, d_q], axis=1)  # (2)
    return {
        "x": D @ W,
        "h": E @ U + g * z,  # (3)
        "W": D.T @ x,
        "U": E.T @ h,
        "b": D.sum(axis=0),
        "c": d_q.sum(axis=0),  # (4)
    }


def sigmoid(x: Array) -> tuple[Array, Array, Array]:
    """σ(x), 1 − σ(x) and σ'(x), none of them by a difference."""
    e = np.exp(-np.abs(x))
    large = 1 / (1 + e)
    small = e * large
    return np.where(x < 0, small, large), np.where(x < 0, large, small), large * small

"""LinearAttention, batched: y = (Σ φ(q)·φ(k) v)/n, n = Σ φ(q)·φ(k) + eps, φ(x) = elu(x) + 1, by running sums over keys.

With the sums A[t] = Σ φ(k[s]) ⊗ v[s] and a[t] = Σ φ(k[s]) over the keys that t sees, and h = g/n, c = Σ g y/n over
the entries of y[t], and with the sums B[s] = Σ φ(q[t]) ⊗ h[t], b[s] = Σ c[t] φ(q[t]) over the queries that see s:

    ∂J/∂q[t] = φ'(q[t]) (A[t] h[t] − c[t] a[t])     the second term through n       (1)
    ∂J/∂k[s] = φ'(k[s]) (B[s] v[s] − b[s])          likewise                        (2)
    ∂J/∂v[s] = φ(k[s]) B[s]                                                         (3)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(q: Array, k: Array, v: Array, causal: str | None = None, eps: float = 1e-6) -> tuple[Array, Any]:
    T, S = q.shape[1], k.shape[1]
    of_q, of_k = feature(q), feature(k)
    outer = of_k[..., :, None] * v[..., None, :]
    # row t sees the keys before seen[t]; key s is seen from row first[s] on
    behind = {None: S, "start": 1, "end": S - T + 1}[causal]
    seen = np.clip(np.arange(T) + behind, 0, S)
    first = np.clip(np.arange(S) + 1 - behind, 0, T)
    A, a = sums_before(outer, seen), sums_before(of_k, seen)
    n = (of_q * a).sum(axis=2, keepdims=True) + eps
    n[:, seen == 0] = 1
    y = (of_q[..., None, :] @ A)[..., 0, :] / n
    return y, (q, k, v, of_q, of_k, A, a, n, y, first)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    q, k, v, of_q, of_k, A, a, n, y, first = saved
    h = g / n
    c = (h * y).sum(axis=2, keepdims=True)
    backwards = q.shape[1] - first  # how many of the last queries see key s
    B = sums_before((of_q[..., :, None] * h[..., None, :])[:, ::-1], backwards)
    b = sums_before((of_q * c)[:, ::-1], backwards)
    return {
        "q": slope(q) * ((A @ h[..., None])[..., 0] - c * a),  # (1)
        "k": slope(k) * ((B @ v[..., None])[..., 0] - b),  # (2)
        "v": (of_k[..., None, :] @ B)[..., 0, :],  # (3)
    }


def feature(x: Array) -> Array:
    return np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))


def slope(x: Array) -> Array:
    return np.where(x > 0, 1, np.exp(np.minimum(x, 0)))


def sums_before(x: Array, count: Array) -> Array:
    """For each number in `count`: the sum of that many first entries along axis 1."""
    sums = np.concatenate([np.zeros_like(x[:, :1]), np.cumsum(x, axis=1)], axis=1)
    return sums[:, count]

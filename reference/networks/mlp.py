"""A multi-layer perceptron with relu between its layers and the L2 loss, forward and backward, in buffers made once.

    z_k     = h_(k−1) W_kᵀ + b_k,   h_0 = x,   h_k = max(z_k, 0), but of the last z_K = ŷ        (1)
    J       = ‖ŷ − y‖², one number an example                                                   (2)
    g_K     = 2 g (ŷ − y)                                                                       (3)
    g_(k−1) = g_k W_k where h_(k−1) > 0, 0 elsewhere; there is none for x                       (4)
    ∂J/∂W_k = g_kᵀ h_(k−1),   ∂J/∂b_k = Σ g_k over the batch                                    (5)

All but (5) is each example's own, and of (5) each row of W. A batch of a few examples is multiplied in tiles
(_tiles.py), its rows shared by several threads; a large one is left to BLAS and its threads. relu has slope 0 at 0.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from reference.networks._tiles import ENTRIES, SMALL, Product, aligned, matrix, tiles

Array = np.ndarray
_FEW = 64  # examples: up to so many all products are made in tiles, up to twice as many those of forward
_ROWS = 64  # that bias and relu go through at a time, in the processor's own cache


class MLP:
    """The network with its parameters and buffers, for batches of one size.

    Args:
        W, b: of each layer, W [M × N] and b [M], all of one floating-point type; copied into `self.W` and `self.b`,
            arrays that begin where a line of the cache does. Change those in place to train.
        batch: the number of examples.
        threads: how many share a batch of up to 64 examples. BLAS has its own setting.
    """

    def __init__(self, W: list[Array], b: list[Array], batch: int, threads: int = 1):
        n, dtype = max(batch, 2), W[0].dtype  # NumPy gives BLAS no product over one example: over two, one of zeros
        self.W, self.b = [matrix(w) for w in W], [v.copy() for v in b]
        self.x, *self.h = [aligned((n, m), dtype) for m in (W[0].shape[1], *map(len, W))]  # the last h: ŷ − y
        self.g, self.dW = ([aligned(a.shape, dtype) for a in of] for of in (self.h, W))
        self.db, self.ones = [np.empty_like(v) for v in b], np.ones(n, dtype)
        few = batch <= _FEW
        self.pieces = _shares(batch, threads if few else 1)
        self.up = [[self._up(k, rows) for k in range(len(W))] for rows in self.pieces]
        self.down = [[self._down(k, rows, few) for k in range(1, len(W))] for rows in self.pieces]
        wide = [self._wide(k, few) for k in range(len(W))]
        self.wide = [[_share(p, i, threads) for p in wide] for i in range(threads)] if few else [wide]
        self.pool = ThreadPoolExecutor(threads - 1) if threads > 1 and few else None

    def forward(self, x: Array, y: Array) -> Array:
        """J [batch], for x [batch × N] and targets y [batch × M]."""
        J = np.empty(len(x), x.dtype)
        self._each(self._forward, [(rows, up, x, y, J) for rows, up in zip(self.pieces, self.up, strict=True)])
        return J

    def backward(self, g: Array) -> tuple[list[Array], list[Array]]:
        """∂J/∂W and ∂J/∂b of each layer, for g [batch]; the next step writes into the same arrays."""
        self._each(self._backward, [(rows, down, g) for rows, down in zip(self.pieces, self.down, strict=True)])
        self._each(_multiply, [(products,) for products in self.wide])  # (5)
        for d, db in zip(self.g, self.db, strict=True):
            np.dot(self.ones, d, out=db)  # (5)
        return self.dW, self.db

    def _forward(self, rows: slice, up: list[Product], x: Array, y: Array, J: Array) -> None:
        self.x[rows] = x[rows]
        for product, h, b in zip(up, self.h, self.b, strict=True):
            np.matmul(*product)
            for some in _cut(rows):
                z = h[some]
                z += b  # (1)
                if h is not self.h[-1]:
                    np.maximum(z, 0, out=z)
        self.h[-1][rows] -= y[rows]
        np.einsum("ij,ij->i", self.h[-1][rows], self.h[-1][rows], out=J[rows])  # (2)

    def _backward(self, rows: slice, down: list[Product], g: Array) -> None:
        np.multiply(self.h[-1][rows], (2 * g[rows])[:, None], out=self.g[-1][rows])  # (3)
        for product, h, d in zip(down[::-1], self.h[-2::-1], self.g[-2::-1], strict=True):
            np.matmul(*product)
            for some in _cut(rows):
                d[some] *= h[some] > 0  # (4)

    def _up(self, k: int, rows: slice) -> Product:
        before, W, h = (self.x, *self.h)[k][rows], self.W[k], self.h[k][rows]
        few = len(h) <= 2 * _FEW
        return tiles(before, W.T, h, len(h), min(ENTRIES, SMALL // W.shape[1]) // len(h)) if few else (before, W.T, h)

    def _down(self, k: int, rows: slice, few: bool) -> Product:
        g, W, out = self.g[k][rows], self.W[k], self.g[k - 1][rows]
        return tiles(g, W, out, 16, 64) if few else (g, W, out)

    def _wide(self, k: int, few: bool) -> Product:
        g, before, dW = self.g[k].T, (self.x, *self.h)[k], self.dW[k]
        return tiles(g, before, dW, min(64, SMALL // before.size), before.shape[1]) if few else (g, before, dW)

    def _each(self, work: Callable[..., None], shares: list[tuple[Any, ...]]) -> None:
        """The first share on this thread, the others beside it."""
        others = [self.pool.submit(work, *share) for share in shares[1:]] if self.pool else []
        for share in shares[:1]:
            work(*share)
        for other in others:
            other.result()


def _multiply(products: list[Product]) -> None:
    for product in products:
        np.matmul(*product)


def _share(product: Product, i: int, n: int) -> Product:
    """The i-th of n shares of a product's rows of tiles."""
    left, right, out = product
    rows = slice(i * len(left) // n, (i + 1) * len(left) // n)
    return left[rows], right, out[rows]


def _cut(rows: slice) -> list[slice]:
    return [slice(i, min(i + _ROWS, rows.stop)) for i in range(rows.start, rows.stop, _ROWS)]


def _shares(n: int, most: int) -> list[slice]:
    """n cut into `most` slices of about one length, or fewer: none is empty."""
    m = min(most, n)
    return [slice(i * n // m, (i + 1) * n // m) for i in range(m)]


def forward(x: Array, y: Array, **theta: Array) -> tuple[Array, Any]:
    """A batch through a network of its own; theta: W1, b1, W2, b2, …"""
    layers = range(1, len(theta) // 2 + 1)
    net = MLP([theta[f"W{k}"] for k in layers], [theta[f"b{k}"] for k in layers], len(x))
    return net.forward(x, y), net


def backward(g: Array, saved: Any) -> dict[str, Array]:
    gradients = zip(*saved.backward(g), strict=True)
    return {name: d for k, (dW, db) in enumerate(gradients, 1) for name, d in ((f"W{k}", dW), (f"b{k}", db))}

"""One step of the same perceptron, forward and backward, by each library: what `python -m benchmarks.mlp` races.

A contestant is a function of the parameters, the data and the number of threads; it gives a call that makes one step,
and returns ∂J/∂b of the first layer, so that it can be seen that all compute the same. J is the sum over the batch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from reference.networks.mlp import MLP

SIZES = (784, 512, 512, 10)
Array = np.ndarray
Step = Callable[[], Any]


def data(batch: int, dtype: str) -> tuple[list[Array], list[Array], Array, Array]:
    """W, b, x and the targets y."""
    rng = np.random.default_rng(0)
    W = [rng.standard_normal((m, n)) / np.sqrt(n) for n, m in zip(SIZES, SIZES[1:], strict=False)]
    b = [rng.standard_normal(m) for m in SIZES[1:]]
    x, y = rng.standard_normal((batch, SIZES[0])), rng.standard_normal((batch, SIZES[-1]))
    return [w.astype(dtype) for w in W], [v.astype(dtype) for v in b], x.astype(dtype), y.astype(dtype)


def ours(W: list[Array], b: list[Array], x: Array, y: Array, threads: int) -> Step:
    net, g = MLP(W, b, len(x), threads), np.ones(len(x), x.dtype)

    def step() -> Array:
        net.forward(x, y)
        return net.backward(g)[1][0]

    return step


def bare_products(W: list[Array], b: list[Array], x: Array, y: Array, threads: int) -> Step:
    """The eight matrix products and nothing else, by np.matmul into buffers: the floor."""
    rng = np.random.default_rng(1)
    h, g, out = ([rng.standard_normal((len(x), len(w))).astype(x.dtype) for w in W] for _ in range(3))
    dW = [np.empty_like(w) for w in W]

    def step() -> None:
        for k, w in enumerate(W):
            np.matmul(h[k - 1] if k else x, w.T, out=out[k])
        for k in reversed(range(len(W))):
            np.matmul(g[k].T, h[k - 1] if k else x, out=dW[k])
            if k:
                np.matmul(g[k], W[k], out=out[k - 1])

    return step


def torch_eager(W: list[Array], b: list[Array], x: Array, y: Array, threads: int, compiled: bool = False) -> Step:
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(threads)
    theta = [torch.tensor(v).requires_grad_() for v in (*W, *b)]
    examples, targets, K = torch.tensor(x), torch.tensor(y), len(W)

    def J(h: Any, targets: Any, *theta: Any) -> Any:
        for k in range(K - 1):
            h = F.relu(F.linear(h, theta[k], theta[K + k]))
        return F.mse_loss(F.linear(h, theta[K - 1], theta[-1]), targets, reduction="sum")

    J = torch.compile(J) if compiled else J

    def step() -> Any:
        for v in theta:
            v.grad = None
        J(examples, targets, *theta).backward()
        return theta[K].grad

    return step


def torch_compiled(*given: Any) -> Step:
    return torch_eager(*given, compiled=True)


def jax_jit(W: list[Array], b: list[Array], x: Array, y: Array, threads: int) -> Step:
    import jax

    jax.config.update("jax_enable_x64", True)
    theta, examples, targets = jax.device_put((list(zip(W, b, strict=True)), x, y))

    def J(theta: Any, h: Any, targets: Any) -> Any:
        for w, v in theta[:-1]:
            h = jax.nn.relu(h @ w.T + v)
        return ((h @ theta[-1][0].T + theta[-1][1] - targets) ** 2).sum()

    both = jax.jit(jax.value_and_grad(J))
    return lambda: jax.block_until_ready(both(theta, examples, targets))[1][0][1]


def hips_autograd(W: list[Array], b: list[Array], x: Array, y: Array, threads: int) -> Step:
    import autograd
    import autograd.numpy as anp

    def J(theta: Any) -> Any:
        h = x
        for w, v in theta[:-1]:
            h = anp.maximum(anp.dot(h, w.T) + v, 0)
        return anp.sum((anp.dot(h, theta[-1][0].T) + theta[-1][1] - y) ** 2)

    both, theta = autograd.value_and_grad(J), list(zip(W, b, strict=True))
    return lambda: both(theta)[1][0][1]


CONTESTANTS: dict[str, Callable[..., Step]] = {
    "ours": ours,
    "bare matrix products": bare_products,
    "PyTorch eager": torch_eager,
    "PyTorch compiled": torch_compiled,
    "JAX jit": jax_jit,
    "HIPS autograd": hips_autograd,
}

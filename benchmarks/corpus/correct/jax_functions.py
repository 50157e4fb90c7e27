"""JAX's own functions on the CPU, forward and backward through jax.vjp.

float64 needs jax_enable_x64, which is set for the process; 16-bit formats are JAX's own, with its own inner precision.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ..case import Case

Array = np.ndarray


class Vjp:
    """A function of JAX arrays as forward and backward of NumPy's; whole-numbered arguments have no gradient."""

    def __init__(self, forward: Callable[..., Any]):
        self.function = forward
        self.forward = _signed(self._forward, forward)

    def _forward(self, **values: Any) -> Any:
        import jax.numpy as jnp

        arrays = {a: jnp.asarray(np.array(v)) for a, v in values.items() if isinstance(v, np.ndarray)}
        moved = {a: v for a, v in arrays.items() if jnp.issubdtype(v.dtype, jnp.floating)}
        fixed = {a: v for a, v in arrays.items() if a not in moved}
        settings = tuple((a, v) for a, v in values.items() if a not in arrays)
        y = self._compiled(settings)[0](moved, fixed)
        return np.array(y), (settings, moved, fixed)

    def backward(self, g: Array, saved: Any) -> dict[str, Array]:
        import jax.numpy as jnp

        settings, moved, fixed = saved
        found = self._compiled(settings)[1](moved, fixed, jnp.asarray(np.array(g)))
        return {a: np.array(v) for a, v in found.items()}

    @functools.cache  # noqa: B019
    def _compiled(self, settings: tuple[tuple[str, Any], ...]) -> tuple[Any, Any]:
        """The function and its gradients by jax.vjp, compiled by XLA, for these settings."""
        import jax

        def function(moved: Any, fixed: Any) -> Any:
            return self.function(**moved, **fixed, **dict(settings))

        def gradients(moved: Any, fixed: Any, g: Any) -> Any:
            return jax.vjp(lambda given: function(given, fixed), moved)[1](g)[0]

        return jax.jit(function), jax.jit(gradients)


def _signed(call: Any, like: Any) -> Any:
    @functools.wraps(like)
    def signed(**values: Any) -> Any:
        return call(**values)

    return signed


def past_batch(axis: int) -> int:
    return axis + 1 if axis >= 0 else axis


def functions() -> dict[str, list[Any]]:
    """{layer: JAX functions for it}, of batched arguments."""
    import jax
    import jax.numpy as jnp
    from jax import lax, nn
    from jax.scipy import special

    def softmax(x: Any, axis: int = -1, temperature: float = 1.0) -> Any:
        return nn.softmax(x / temperature, axis=past_batch(axis))

    def log_softmax(x: Any, axis: int = -1, temperature: float = 1.0) -> Any:
        return nn.log_softmax(x / temperature, axis=past_batch(axis))

    def logsumexp(x: Any, axis: int | None = None) -> Any:
        return special.logsumexp(x, axis=tuple(range(1, x.ndim)) if axis is None else range(1, x.ndim)[axis])

    def sigmoid(x: Any) -> Any:
        return nn.sigmoid(x)

    def tanh(x: Any) -> Any:
        return jnp.tanh(x)

    def softplus(x: Any) -> Any:
        return nn.softplus(x)

    def silu(x: Any, beta: float = 1.0) -> Any:
        return x * nn.sigmoid(beta * x)

    def gelu(x: Any, approximate: str = "none") -> Any:
        return nn.gelu(x, approximate=approximate == "tanh")

    def relu(x: Any) -> Any:
        return nn.relu(x)

    def elu(x: Any) -> Any:
        return nn.elu(x)

    def exp(x: Any) -> Any:
        return jnp.exp(x)

    def sin(x: Any) -> Any:
        return jnp.sin(x)

    def erf(x: Any) -> Any:
        return special.erf(x)

    def linear(x: Any, W: Any, b: Any) -> Any:
        return x @ W.T + b

    def dense(x: Any, W: Any, b: Any) -> Any:
        return jnp.einsum("...j,ij->...i", x, W) + b

    def dot(u: Any, v: Any) -> Any:
        return (u * v).sum(axis=tuple(range(1, u.ndim)))

    def total(x: Any, axis: int | None = None) -> Any:
        return x.sum(axis=tuple(range(1, x.ndim)) if axis is None else range(1, x.ndim)[axis])

    def mean(x: Any, axis: int | None = None) -> Any:
        return x.mean(axis=tuple(range(1, x.ndim)) if axis is None else range(1, x.ndim)[axis])

    def embedding(W: Any, index: Any, padding_idx: int | None = None) -> Any:
        y = W[index]
        return y if padding_idx is None else jnp.where((index == padding_idx)[..., None], 0, y)

    def layer_norm(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
        axes = tuple(range(x.ndim - gamma.ndim, x.ndim))
        return gamma * nn.standardize(x, axis=axes, epsilon=eps, variance=x.var(axis=axes, keepdims=True)) + beta

    def rms_norm(x: Any, gamma: Any, eps: float = 1e-6) -> Any:
        axes = tuple(range(x.ndim - gamma.ndim, x.ndim))
        return gamma * (x * lax.rsqrt((x * x).mean(axis=axes, keepdims=True) + eps))

    def batch_norm(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
        axes, channel = (0, *range(2, x.ndim)), (1, -1, *(1,) * (x.ndim - 2))
        centred = x - x.mean(axis=axes, keepdims=True)
        rstd = lax.rsqrt((centred * centred).mean(axis=axes, keepdims=True) + eps)
        return gamma.reshape(channel) * (centred * rstd) + beta.reshape(channel)

    def attention(
        q: Any, k: Any, v: Any, causal: str | None = None, scale: float | None = None, softcap: float | None = None
    ) -> Any:
        (T, d), S = q.shape[1:], k.shape[1]
        z = jnp.einsum("bti,bsi->bts", q, k) * (1 / np.sqrt(d).item() if scale is None else scale)
        if softcap is not None:
            z = softcap * jnp.tanh(z / softcap)
        seen = np.ones((T, S), bool)
        if causal is not None:
            seen = np.arange(S) <= np.arange(T)[:, None] + (S - T if causal == "end" else 0)
        return jnp.einsum("bts,bsj->btj", nn.softmax(z, axis=-1, where=jnp.asarray(seen)), v)

    def conv2d(
        x: Any,
        W: Any,
        b: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        flip: bool = False,
    ) -> Any:
        def both(n: Any) -> tuple[int, int]:
            return (n, n) if np.ndim(n) == 0 else tuple(n)

        y = lax.conv_general_dilated(
            x, W[:, :, ::-1, ::-1] if flip else W, both(stride), [(p, p) for p in both(padding)],
            rhs_dilation=both(dilation), feature_group_count=groups,
        )  # fmt: skip
        return y + b[:, None, None]

    jax.config.update("jax_enable_x64", True)
    found: dict[str, list[Any]] = {
        f.__name__: [f]
        for f in (
            softmax, log_softmax, logsumexp, sigmoid, tanh, softplus, silu, gelu, relu, elu, exp, sin, erf, linear,
            dense, dot, mean, embedding, layer_norm, rms_norm, batch_norm, attention, conv2d,
        )
    }  # fmt: skip
    return found | {"sum": [total]}


def each() -> list[Case]:
    """Every function in every format."""
    groups = (("float64", "float32"), ("float16",), ("bfloat16",))
    return [
        Case(f"jax/{layer}, {formats[-1]}", layer, Vjp(forward), True, formats)
        for layer, forwards in functions().items()
        for forward in forwards
        for formats in groups
    ]


LOSES_DIGITS = ("softplus",)  # logaddexp's derivative is exp(x − y) there, of two large numbers that are nearly equal

# In float16 a cube of a large x, or of 1/√eps, is more than 65504: the gradient is NaN or infinite, and that is told.
OVERFLOWS = ("gelu", "layer_norm", "rms_norm", "batch_norm")


def _fails(case: Case) -> tuple[str, ...]:
    """The name under which the verdict refuses this case, if it must."""
    if case.layer in LOSES_DIGITS and "float32" in case.formats:
        return ("loses-digits",)
    return ("finite",) if case.layer in OVERFLOWS and "float16" in case.formats else ()


def cases() -> list[Case]:
    if importlib.util.find_spec("jax") is None:
        return []
    return [case for case in each() if case.layer not in LOSES_DIGITS and not _fails(case)]


def digits_cases() -> list[Case]:
    """JAX's own whose digits, or range, do not suffice: FAIL."""
    if importlib.util.find_spec("jax") is None:
        return []
    return [replace(case, names=names) for case in each() if (names := _fails(case))]

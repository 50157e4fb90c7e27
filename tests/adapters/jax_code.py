"""JAX code to put on trial, right and wrong."""

import jax
import jax.numpy as jnp
from jax.experimental import pallas as pl


def with_rule(function, backward):
    """The function with this gradient of its one argument."""
    ruled = jax.custom_vjp(function)
    ruled.defvjp(lambda x: (function(x), x), lambda x, g: (backward(x, g),))
    return ruled


def relu(x):
    return jnp.maximum(x, 0)


right = with_rule(relu, lambda x, g: jnp.where(x >= 0, g, 0))
twice = with_rule(relu, lambda x, g: jnp.where(x >= 0, 2 * g, 0))
looks = with_rule(relu, lambda x, g: jnp.where(x >= 0, g, 0) if float(abs(g).max()) >= 0 else g)


def _backward(x, g, dx):
    dx[...] = jnp.where(x[...] >= 0, g[...], jnp.zeros_like(g[...]))


def _call(kernel, like, *arrays):
    return pl.pallas_call(kernel, out_shape=jax.ShapeDtypeStruct(like.shape, like.dtype), interpret=True)(*arrays)


pallas = with_rule(relu, jax.jit(lambda x, g: _call(_backward, x, x, g) if x.size else g))


@jax.custom_jvp
def forward_rule(x):
    return jnp.maximum(x, 0)


@forward_rule.defjvp
def _(x, t):
    return forward_rule(*x), jnp.where(x[0] >= 0, t[0], 0)


@jax.custom_jvp
def not_linear(x):
    return jnp.maximum(x, 0)


@not_linear.defjvp
def _(x, t):
    return not_linear(*x), jnp.where(x[0] >= 0, -t[0], 0)


@jax.jit
def rms_norm(x, scale, epsilon=1e-6):
    return x * jax.lax.rsqrt((x * x).mean(-1, keepdims=True) + epsilon) * scale

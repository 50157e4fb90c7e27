"""Family C of real_bugs.csv: normalisation layers."""

from __future__ import annotations

from typing import Any

import numpy as np

from reference import batch_norm, batch_norm_eval, group_norm, instance_norm, layer_norm, rms_norm, swiglu

from ..case import Case
from ._case import Array, to_bfloat16, wrong

FROZEN = "dx = g gamma rstd: the statistics are taken for constants"


def cases() -> list[Case]:
    return [
        wrong(29, "mean-only normalisation passes g on", "center", passed_on, "identity"),
        wrong(30, "the term − mean(g) is missing", "instance_norm", missing_mean, "missing-mean"),
        wrong(
            31,
            "the terms have g for gamma g",
            "batch_norm",
            terms_without_gamma,
            "terms-without-gamma",
            forward=batch_norm_keeping,
        ),
        wrong(32, "given moments are differentiated through", "batch_norm_eval", through_moments, "through-statistics"),
        wrong(
            33,
            "the variance term lacks gamma",
            "batch_norm",
            variance_without_gamma,
            "variance-without-gamma",
            forward=batch_norm_keeping,
        ),
        wrong(35, f"RMSNorm: {FROZEN}", "rms_norm", rms_frozen, "frozen-statistics"),
        wrong(35, f"GroupNorm: {FROZEN}", "group_norm", group_frozen, "frozen-statistics", forward=group_keeping),
        wrong(35, f"InstanceNorm: {FROZEN}", "instance_norm", instance_frozen, "frozen-statistics"),
        wrong(
            37,
            "the terms are those of each channel, not of its group",
            "group_norm",
            by_channel,
            "means-per-channel",
            forward=group_keeping,
        ),
        wrong(39, "divided by W instead of H · W", "group_norm", wrong_size, "wrong-size", forward=group_keeping),
        wrong(43, "g is read in its memory order", "group_norm", in_memory_order, "strides"),
        wrong(45, "the gradient of gamma is never written", "rms_norm", gamma_never_written, "zero"),
        wrong(
            46, "gamma and beta are outside the tape (batch norm)", "batch_norm", outside_tape(batch_norm), "missing"
        ),
        wrong(
            46, "gamma and beta are outside the tape (group norm)", "group_norm", outside_tape(group_norm), "missing"
        ),
        wrong(47, "partial sums of dgamma in bfloat16", "rms_norm", sums_in_bfloat16, "computed-in-bfloat16"),
        wrong(48, "the output was stored before the gate", "swiglu", before_gate, "identity"),
        wrong(
            49,
            "the root is differentiated with another eps",
            "layer_norm",
            other_eps,
            "eps-not-in-derivative",
            forward=layer_norm_keeping,
        ),
        wrong(
            52,
            "the kernel takes only the row stride of x",
            "rms_norm",
            rms_norm.backward,
            "strides",
            forward=row_stride_alone,
        ),
    ]


def passed_on(g: Array, saved: Any) -> dict[str, Array]:
    return {"x": g.copy()}


def missing_mean(g: Array, saved: Any) -> dict[str, Array]:
    xhat, scale = saved
    rows = g.reshape(xhat.shape)
    along, n = (rows * xhat).sum(axis=2, keepdims=True), rows.shape[2]
    dx = (scale * (rows - xhat * (along / n))).reshape(g.shape)
    return {"x": dx, "gamma": along.sum(axis=(0, 2)), "beta": rows.sum(axis=(0, 2))}


def batch_norm_keeping(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> tuple[Array, Any]:
    y, (xhat, scale, axes) = batch_norm.forward(x, gamma, beta, eps)
    var = np.square(x - x.mean(axis=axes, keepdims=True)).mean(axis=axes, keepdims=True)
    return y, (xhat, 1 / np.sqrt(var + eps), gamma.reshape(1, -1, *(1,) * (x.ndim - 2)), axes)


def terms_without_gamma(g: Array, saved: Any) -> dict[str, Array]:
    xhat, rstd, gamma, axes = saved
    dbeta, dgamma = g.sum(axis=axes, keepdims=True), (g * xhat).sum(axis=axes, keepdims=True)
    n = g.size // dbeta.size
    dx = rstd * (gamma * g - dbeta / n - xhat * (dgamma / n))  # right: gamma g in the two terms, too
    return {"x": dx, "gamma": dgamma.ravel(), "beta": dbeta.ravel()}


def variance_without_gamma(g: Array, saved: Any) -> dict[str, Array]:
    xhat, rstd, gamma, axes = saved
    dbeta, dgamma = g.sum(axis=axes, keepdims=True), (g * xhat).sum(axis=axes, keepdims=True)
    n = g.size // dbeta.size
    tmp1, tmp2 = gamma * (g - dbeta / n), xhat * (dgamma / n)  # right: gamma in tmp2, too
    return {"x": rstd * (tmp1 - tmp2), "gamma": dgamma.ravel(), "beta": dbeta.ravel()}


def through_moments(g: Array, saved: Any) -> dict[str, Array]:
    right = batch_norm_eval.backward(g, saved)
    centred, rstd, gamma = saved
    axes, channel = tuple(range(1, g.ndim)), (-1, *(1,) * (g.ndim - 2))
    xhat, n = centred * rstd.reshape(channel), g[0, 0].size
    axes = axes[1:]
    mean, along = g.sum(axis=axes, keepdims=True) / n, (g * xhat).sum(axis=axes, keepdims=True) / n
    return right | {"x": (gamma * rstd).reshape(channel) * (g - mean - xhat * along)}


def rms_frozen(g: Array, saved: Any) -> dict[str, Array]:
    xhat, rstd, gamma, axes = saved
    return {"x": g * gamma * rstd, "gamma": (g * xhat).sum(axis=tuple(range(axes[0])))}


def group_keeping(x: Array, gamma: Array, beta: Array, groups: int = 32, eps: float = 1e-5) -> tuple[Array, Any]:
    z = x.reshape(len(x), groups, x.shape[1] // groups, -1)  # [batch × groups × channels of a group × space]
    centred = z - z.mean(axis=(2, 3), keepdims=True)
    rstd = 1 / np.sqrt(np.square(centred).mean(axis=(2, 3), keepdims=True) + eps)
    xhat = centred * rstd
    scale, shift = gamma.reshape(groups, -1, 1), beta.reshape(groups, -1, 1)
    return (xhat * scale + shift).reshape(x.shape), (xhat, rstd, scale)


def of_parameters(g: Array, xhat: Array) -> dict[str, Array]:
    return {"gamma": (g * xhat).sum(axis=(0, 3)).ravel(), "beta": g.sum(axis=(0, 3)).ravel()}


def group_frozen(g: Array, saved: Any) -> dict[str, Array]:
    xhat, rstd, scale = saved
    z = g.reshape(xhat.shape)
    return {"x": (z * scale * rstd).reshape(g.shape), **of_parameters(z, xhat)}


def instance_frozen(g: Array, saved: Any) -> dict[str, Array]:
    xhat, scale = saved
    rows = g.reshape(xhat.shape)
    right = instance_norm.backward(g, saved)
    return {"x": (scale * rows).reshape(g.shape), "gamma": right["gamma"], "beta": right["beta"]}


def by_channel(g: Array, saved: Any) -> dict[str, Array]:
    """The formula of batch norm, whose statistics are per channel like gamma; those of groups are not."""
    xhat, rstd, scale = saved
    z = g.reshape(xhat.shape)
    mean, along = z.mean(axis=3, keepdims=True), (z * xhat).mean(axis=3, keepdims=True)
    return {"x": (scale * rstd * (z - mean - xhat * along)).reshape(g.shape), **of_parameters(z, xhat)}


def wrong_size(g: Array, saved: Any) -> dict[str, Array]:
    xhat, rstd, scale = saved
    z = g.reshape(xhat.shape)
    hidden = g.shape[-1] if g.ndim > 3 else z.shape[3]  # right: all of space
    n, d = xhat.shape[2] * hidden, z * scale
    mean, along = d.sum(axis=(2, 3), keepdims=True) / n, (d * xhat).sum(axis=(2, 3), keepdims=True) / n
    return {"x": (rstd * (d - mean - xhat * along)).reshape(g.shape), **of_parameters(z, xhat)}


def in_memory_order(g: Array, saved: Any) -> dict[str, Array]:
    return group_norm.backward(g.ravel(order="K").reshape(g.shape), saved)


def gamma_never_written(g: Array, saved: Any) -> dict[str, Array]:
    return {"x": rms_norm.backward(g, saved)["x"], "gamma": np.zeros_like(saved[2])}


def outside_tape(norm: Any) -> Any:
    def backward(g: Array, saved: Any) -> dict[str, Any]:
        return {"x": norm.backward(g, saved)["x"], "gamma": None, "beta": None}

    return backward


def sums_in_bfloat16(g: Array, saved: Any) -> dict[str, Array]:
    xhat, _, gamma, _ = saved
    total = np.zeros_like(gamma)
    for row in (g * xhat).reshape(-1, *gamma.shape):
        total = to_bfloat16(total + to_bfloat16(row))
    return {"x": rms_norm.backward(g, saved)["x"], "gamma": total}


def before_gate(g: Array, saved: Any) -> dict[str, Array]:
    return {"a": swiglu.backward(g, saved)["a"], "b": g.copy()}


def layer_norm_keeping(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> tuple[Array, Any]:
    y, saved = layer_norm.forward(x, gamma, beta, eps)
    return y, (saved, np.square(x - x.mean(axis=saved[3], keepdims=True)).mean(axis=saved[3], keepdims=True))


def other_eps(g: Array, saved: Any) -> dict[str, Array]:
    """There forward divides by σ + eps and the root is differentiated with it; here the other way round."""
    (xhat, rstd, gamma, axes), var = saved
    d = g * gamma
    std = np.sqrt(var)
    d_std = -(d * xhat).sum(axis=axes, keepdims=True) * rstd
    d_var = 0.5 * d_std / np.where(std > 0, std, 1 / rstd)  # right: 0.5 d_std rstd
    n = xhat[(0,) * axes[0]].size
    centred = xhat / rstd
    right = layer_norm.backward(g, saved[0])
    dx = rstd * (d - d.mean(axis=axes, keepdims=True)) + 2 / n * centred * d_var
    return {"x": dx, "gamma": right["gamma"], "beta": right["beta"]}


def row_stride_alone(x: Array, gamma: Array, eps: float = 1e-6) -> tuple[Array, Any]:
    """forward makes x contiguous; backward's kernel computes x̂ again from x as it lies in memory."""
    y, (_, rstd, gamma, axes) = rms_norm.forward(np.ascontiguousarray(x), gamma, eps)
    if x.ndim and x.strides[-1] != x.itemsize and x.shape[-1] > 1 and x.base is not None:
        first = x.base.reshape(*x.shape[:-1], -1)[..., : x.shape[-1]]  # each row from its start, at unit stride
        return y, (first * rstd, rstd, gamma, axes)
    return y, (x * rstd, rstd, gamma, axes)

"""Family F of real_bugs.csv: activations and what else is done entry by entry."""

from __future__ import annotations

from typing import Any

import numpy as np

from reference import dropout, gelu, logsumexp

from ..case import Case
from ._case import Array, wrong


def cases() -> list[Case]:
    return [
        wrong(
            95,
            "the derivative is that of the input, at the stored output",
            "softplus",
            sigmoid_of_output,
            "output-for-input",
        ),
        wrong(
            96,
            "softplus has slope 0 at 0",
            "softplus",
            softplus_zero_at_zero,
            "zero-at-zero",
            forward=keeping_x(_softplus),
        ),
        wrong(
            96,
            "log sigmoid has slope 0 at 0",
            "logsigmoid",
            logsigmoid_zero_at_zero,
            "zero-at-zero",
            forward=keeping_x(_logsigmoid),
        ),
        wrong(
            97,
            "a tie gives all to the second argument",
            "logsumexp",
            tie_to_second,
            "tie-to-the-second",
            forward=logsumexp_keeping,
        ),
        wrong(98, "exp overflows in backward", "gelu", overflowing, "finite"),
        wrong(
            99,
            "relu6 has a slope at 0",
            "relu6",
            slope_at_zero,
            "convention:at_zero=1",
            forward=relu6,
            at_zero=0.0,
            at_six=0.0,
        ),
        wrong(
            105,
            "relu6 splits the tie at 6",
            "relu6",
            split_at_six,
            "convention:at_six=0.5",
            forward=relu6,
            at_zero=0.0,
            at_six=0.0,
        ),
        wrong(
            105,
            "hardswish splits the tie at 3",
            "hardswish",
            split_at_three,
            "convention:at_high=0.5",
            forward=hardswish,
            at_low=0.0,
            at_high=0.0,
        ),
        wrong(
            107,
            "what lies on the lower bound loses its gradient",
            "clamp",
            above_lo,
            "convention:at_lo=0",
            forward=clamp_alone,
            at_lo=1.0,
            at_hi=1.0,
        ),
        wrong(108, "the straight-through gradient is 1 outside the range too", "clamp", straight_through, "identity"),
        wrong(110, "x/|x| at 0", "abs", by_itself, "finite", forward=absolute),
        wrong(
            112,
            "the mask is inferred from zeros of the output",
            "dropout",
            mask_from_output,
            "mask-from-output",
            forward=dropout_keeping_output,
        ),
    ]


def sigmoid_of_output(g: Array, saved: Any) -> dict[str, Array]:
    y = saved
    return {"x": g / (1 + np.exp(-y))}  # right: 1 − exp(−y)


def keeping_x(function: Any) -> Any:
    def forward(x: Array) -> tuple[Array, Any]:
        return function(x), x

    return forward


def _softplus(x: Array) -> Array:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _logsigmoid(x: Array) -> Array:
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


def softplus_zero_at_zero(g: Array, saved: Any) -> dict[str, Array]:
    """max(x, 0) + log1p(exp(−|x|)) differentiated part by part."""
    x = saved
    e = np.exp(-np.abs(x))
    return {"x": g * ((x > 0) - np.sign(x) * e / (1 + e))}


def logsigmoid_zero_at_zero(g: Array, saved: Any) -> dict[str, Array]:
    x = saved
    e = np.exp(-np.abs(x))
    return {"x": g * ((x < 0) + np.sign(x) * e / (1 + e))}


def logsumexp_keeping(x: Array, axis: int | None = None) -> tuple[Array, Any]:
    y, saved = logsumexp.forward(x, axis)
    return y, (x, axis, saved)


def tie_to_second(g: Array, saved: Any) -> dict[str, Array]:
    """log(exp a + exp b) of two terms: where they are equal the second gets all."""
    x, axis, inner = saved
    dx, axes = logsumexp.backward(g, inner)["x"], inner[2]
    if int(np.prod([x.shape[k] for k in axes])) != 2:
        return {"x": dx}  # more terms are no logaddexp
    upstream = np.broadcast_to(np.expand_dims(g, axes), x.shape)
    rows = x if axis is None else np.moveaxis(x, axes[0], -1)  # a view in which the two terms are last
    tie = (rows.max(axis=-1, keepdims=True) == rows.min(axis=-1, keepdims=True)) & (np.arange(2) == [0, 1])
    tie = tie if axis is None else np.moveaxis(tie, -1, axes[0])
    second = np.zeros(x.shape, g.dtype)
    view = second if axis is None else np.moveaxis(second, axes[0], -1)
    view[..., 1] = 1
    return {"x": np.where(tie, upstream * second, dx)}


def overflowing(g: Array, saved: Any) -> dict[str, Array]:
    x, _, approximate = saved
    if approximate == "none":
        return gelu.backward(g, saved)
    e = np.exp(gelu.inner(x))
    tanh = (e - 1) / (e + 1)  # ∞/∞ for large x
    slope = gelu.ROOT_8_OVER_PI / 2 * (1 + 3 * 0.044715 * x * x)
    return {"x": g * ((1 + tanh) / 2 + x * (1 - tanh * tanh) / 2 * slope)}


def relu6(x: Array) -> tuple[Array, Any]:
    return np.clip(x, 0, 6), x


def slope_at_zero(g: Array, saved: Any) -> dict[str, Array]:
    x = saved
    return {"x": g * ((x >= 0) & (x < 6))}


def split_at_six(g: Array, saved: Any) -> dict[str, Array]:
    """min(relu(x), 6), whose ties are shared."""
    x = saved
    return {"x": g * ((x > 0) & (x < 6)) + g * (x == 6) * g.dtype.type(0.5)}


def hardswish(x: Array) -> tuple[Array, Any]:
    return x * (np.clip(x + 3, 0, 6) / 6), x


def split_at_three(g: Array, saved: Any) -> dict[str, Array]:
    """x min(relu(x + 3), 6)/6, whose ties are shared: 1.25 at 3."""
    x = saved
    gate = ((x > -3) & (x < 3)) + (x == 3) * x.dtype.type(0.5)
    return {"x": g * (np.clip(x + 3, 0, 6) / 6 + x * gate / 6)}


def clamp_alone(x: Array, lo: float = -1.0, hi: float = 2.0) -> tuple[Array, Any]:
    return np.clip(x, lo, hi), (x, lo, hi)


def above_lo(g: Array, saved: Any) -> dict[str, Array]:
    x, lo, hi = saved
    return {"x": np.where((x > lo) & (x <= hi), g, 0)}  # right: x >= lo


def straight_through(g: Array, saved: Any) -> dict[str, Array]:
    return {"x": g.copy()}


def absolute(x: Array) -> tuple[Array, Any]:
    return np.abs(x), x


def by_itself(g: Array, saved: Any) -> dict[str, Array]:
    x = saved
    return {"x": g * x / np.abs(x)}


def dropout_keeping_output(x: Array, mask: Array, p: float = 0.5) -> tuple[Array, Any]:
    y, _ = dropout.forward(x, mask, p)
    return y, (y, p)


def mask_from_output(g: Array, saved: Any) -> dict[str, Array]:
    y, p = saved
    return {"x": g * (y != 0) / (1 - p)}

"""Family B of real_bugs.csv: the upstream gradient ignored, applied twice, mis-scaled.

Four rows are of losses that stand here in for the nearest that we have: CTC, RNN-T and a regulariser of logits are no
layers of ours, but that g is left out is the same mistake in each.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from reference import clamp, cross_entropy, mean_squared_error, nll, soft_cross_entropy

from ..case import Case
from ._case import Array, wrong


def cases() -> list[Case]:
    ignored = "upstream-ignored"
    return [
        wrong(19, "g is ignored (there in CTC)", "nll", without_g(nll), ignored),
        wrong(
            20,
            "g is ignored (there in a regulariser of logits)",
            "mean_squared_error",
            without_g(mean_squared_error),
            ignored,
        ),
        wrong(
            21,
            "g is ignored (there in CTC with soft targets)",
            "soft_cross_entropy",
            without_g(soft_cross_entropy),
            ignored,
        ),
        wrong(25, "g is ignored (there in RNN-T)", "cross_entropy", without_g(cross_entropy), ignored),
        wrong(22, "g is applied twice", "clamp", g_twice, "upstream-squared"),
        wrong(24, "the weight is applied twice (there in least squares)", "nll", weight_twice, "weight-twice"),
        wrong(
            26, "the second term of the cosine lacks its scale", "cosine_similarity", unscaled, "second-term-unscaled"
        ),
    ]


def without_g(loss: Any) -> Any:
    """The derivative of the loss alone, as written by those for whom g was always 1."""

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        return loss.backward(np.ones_like(g), saved)

    return backward


def g_twice(g: Array, saved: Any) -> dict[str, Array]:
    return {"x": g * clamp.backward(g, saved)["x"]}


def weight_twice(g: Array, saved: Any) -> dict[str, Array]:
    shape, at, w, total = saved
    dx = np.zeros(shape, g.dtype)
    share = g / total
    np.put_along_axis(dx, at, -w * w * (share[:, None] if g.ndim else share), 1)
    return {"x": dx}


def unscaled(g: Array, saved: Any) -> dict[str, Array]:
    u, (n_a, free_a), v, (n_b, free_b), y, axis = saved
    g = np.expand_dims(g, axis)
    a, b = u * n_a, v * n_b
    return {"a": g * (v / n_a - free_a * y * a), "b": g * (u / n_b - free_b * y * b)}  # right: a/‖a‖², b/‖b‖²

"""Family J of real_bugs.csv: memory layout, size, runtime."""

from __future__ import annotations

from typing import Any

import numpy as np

from reference import attention, avg_pool2d, dense, lstm_cell, mean, pad

from ..case import Case
from ._case import Array, raw, wrong
from .attention import stored


def cases() -> list[Case]:
    return [
        wrong(159, "g is taken for contiguous", "mean", contiguous(mean), "strides"),
        wrong(160, "g is taken for contiguous (there in pack_segments)", "pad", contiguous(pad), "strides"),
        wrong(162, "g is taken for contiguous (there in SSIM)", "avg_pool2d", contiguous(avg_pool2d), "strides"),
        wrong(168, "the bias's gradient is not summed", "dense", not_summed, "shape"),
        wrong(168, "what was broadcast is not summed", "add", not_summed_back, "shape"),
        wrong(169, "the gradient of b is not summed over the batch", "lstm_cell", one_an_example, "shape"),
        wrong(
            170,
            "dk and dv are written with each other's stride",
            "attention",
            exchanged_strides,
            "stride-of-another-array",
        ),
    ]


def contiguous(twin: Any) -> Any:
    def backward(g: Array, saved: Any) -> dict[str, Array]:
        return twin.backward(raw(g), saved)

    return backward


def not_summed(g: Array, saved: Any) -> dict[str, Array]:
    return dense.backward(g, saved) | {"b": g.copy()}


def not_summed_back(g: Array, saved: Any) -> dict[str, Array]:
    return {"a": g.copy(), "b": g.copy()}


def one_an_example(g: Array, saved: Any) -> dict[str, Array]:
    *_, U, f, by, by_after, by_o, order = saved
    d_c = g[:, 1] + g[:, 0] * by_after
    d_z = np.concatenate([g[:, 0] * by_o if gate == "o" else d_c * by[gate] for gate in order], axis=1)
    return lstm_cell.backward(g, saved) | {"b": d_z}


def exchanged_strides(g: Array, saved: Any) -> dict[str, Array]:
    right, k, v = attention.backward(g, saved), saved[1], saved[2]
    d, e = k.shape[2], v.shape[2]
    return right | {
        "k": np.stack([stored(dk, e) for dk in right["k"]]).reshape(k.shape),
        "v": np.stack([stored(dv, d) for dv in right["v"]]).reshape(v.shape),
    }

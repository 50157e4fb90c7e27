"""A small assignment, and code for it, right and wrong."""

from __future__ import annotations

SECRET = b"the secret of these tests"

TOML = """
title = "Two layers"
convention = "plain"
hints = "formula"

[[question]]
id = "linear"
layer = "linear"
names = {forward = "linear_forward", backward = "linear_backward"}
points = {forward = 2, x = 2, W = 2, b = 1, contract = 1}

[[question]]
id = "relu"
title = "Rectifier"
layer = "relu"
names = {forward = "relu_forward", backward = "relu_backward"}
points = {forward = 1, x = 1}
"""

RIGHT = """
import numpy as np


def linear_forward(x, W, b):
    return x @ W.T + b, (x, W)


def linear_backward(g, saved):
    x, W = saved
    return {"x": g @ W, "W": g.T @ x, "b": g.sum(axis=0)}


def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(g, x):
    return {"x": g * (x > 0)}
"""

# A third question, built on the second, and code for it.
TWICE = """
[[question]]
id = "twice"
layer = "relu"
requires = ["relu"]
points = {forward = 1, x = 1}
names = {forward = "twice_forward", backward = "twice_backward"}
"""
COMPOSED = """

def twice_forward(x):
    y, a = relu_forward(x)
    z, b = relu_forward(y)
    return z, (a, b)


def twice_backward(g, saved):
    a, b = saved
    g = relu_backward(g, b)["x"]
    return relu_backward(g, a)
"""

SHORT = 'title = "R"\nconvention = "plain"\n[[question]]\nid = "relu"\nlayer = "relu"\npoints = {forward = 1, x = 1}\n'
SHORT += 'names = {forward = "relu_forward", backward = "relu_backward"}\n'


def changed(*changes, text=RIGHT):
    """The right code with replacements, as bytes."""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode()

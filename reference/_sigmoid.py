"""The logistic function for the twins that need it."""

import numpy as np

Array = np.ndarray


def sigmoid(v: Array) -> tuple[Array, Array]:
    """σ(v) = 1/(1 + exp(−v)) and 1 − σ(v) = σ(−v), each with all its digits and no overflow on either side.

    exp(min(v, 0)) is what np.where(v < 0, exp(−|v|), 1) would be, without a choice for each number, which is slow.
    """
    d = 1 + np.exp(-np.abs(v))
    return np.exp(np.minimum(v, 0)) / d, np.exp(-np.maximum(v, 0)) / d

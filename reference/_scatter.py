"""Adding numbers up at places, for the twins that read places more than once."""

import math

import numpy as np

Array = np.ndarray


def add_up(places: Array, g: Array, shape: tuple[int, ...]) -> Array:
    """An array of this shape that holds, at each place (of the flat array), the sum of the g that belong there.

    np.bincount takes a third of the time of np.add.at; it sums in float64.
    """
    return np.bincount(places.ravel(), g.ravel(), math.prod(shape)).reshape(shape).astype(g.dtype, copy=False)


def along(axis: int, index: Array, shape: tuple[int, ...]) -> Array:
    """The places, in the flat array, that `index` names along an axis of an array of this shape."""
    strides = [math.prod(shape[k + 1 :]) for k in range(len(shape))]
    places = index * strides[axis]
    for k, at in enumerate(np.indices(index.shape, sparse=True)):
        if k != axis % len(shape):
            places = places + at * strides[k]
    return places

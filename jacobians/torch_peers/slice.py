"""PyTorch's own indexing; it has no negative steps, so those are a flip of the other direction."""

from itertools import zip_longest


def forward(x, start=(1,), stop=(), step=()):
    for axis, bounds in enumerate(zip_longest(start, stop, step), start=1):
        places = range(x.shape[axis])[slice(*bounds)]
        low, high = sorted((places[0], places[-1]))
        x = x[(slice(None),) * axis + (slice(low, high + 1, abs(places.step)),)]
        x = x.flip(axis) if places.step < 0 else x
    return x

"""Points of sizes that a person names: 'x=64x4096,W=4096x4096,b=4096'.

The numbers are drawn from the layer's own typical point, so that they lie where the layer is defined: what is
differentiable continuously, between the values there are; labels and masks from these values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import prod
from typing import Any

import numpy as np

from .batch import Batch
from .errors import ArgumentError, TooLarge, names, nearest
from .layer import Layer
from .matrix import Array
from .memory import amount, available
from .point import Point

_TYPICAL = 16  # n of the point whose values are drawn from

Sizes = dict[str, tuple[int, ...]]


def sizes(text: str) -> Sizes:
    """The sizes of each argument.

    Raises:
        ArgumentError: not written so, or one is there twice.
    """
    found: Sizes = {}
    for item in text.split(","):
        said = re.fullmatch(r"\s*(\w+)\s*=\s*([1-9]\d*(?:x[1-9]\d*)*)?\s*", item)
        if not said:
            raise ArgumentError(
                f"--at {text}: {item.strip()!r} is no size: write one such as x=64x4096, for each argument"
            )
        if said[1] in found:
            raise ArgumentError(f"--at {text}: two sizes for {said[1]}: write one")
        found[said[1]] = tuple(int(n) for n in said[2].split("x")) if said[2] else ()
    return found


def require_room(shapes: Iterable[tuple[int, ...]], what: str) -> None:
    """Refuse arrays of float64 that would not fit, before the first is made.

    Raises:
        TooLarge: with what they take and the room there is.
    """
    taken, room = sum(8 * prod(shape) for shape in shapes), available()
    if taken > room:
        raise TooLarge(
            f"--at gives {what} of {amount(taken)}, and there is room for {amount(room)}: write smaller sizes"
        )


def sized_point(layer: type[Layer], settings: dict[str, Any], at: Sizes, seed: int, whole: bool = False) -> Point:
    """The layer at arguments of these sizes, as a batch: at random numbers, or at whole ones.

    Args:
        settings: of the layer, where they are not to be its own.
        at: sizes as the code on trial gets them, with an axis of examples; parameters have none.

    Raises:
        ArgumentError: sizes for other arguments than the layer has, or without an axis of examples.
        TooLarge: there is no room for arrays of these sizes.
    """
    map = layer(**settings)
    stray, missing = [a for a in at if a not in map.args], [a for a in map.args if a not in at]
    if stray or missing:
        what = f"a size for {names(stray)}" if stray else f"no size for {names(missing)}"
        hint = nearest(stray[0], map.args) if stray else ""
        raise ArgumentError(f"--at gives {what}: {layer.__name__} takes {names(map.args)}.{hint}")
    lifted = map if layer.interacts else Batch(map)
    own = [a for a in map.args if isinstance(lifted, Batch) and a not in lifted.shared]
    if short := [a for a in own if not at[a]]:
        raise ArgumentError(f"--at {short[0]}=: its first size is the number of examples: write {short[0]}=64")
    require_room(at.values(), "arguments")
    rng = np.random.default_rng(seed)
    typical = next(iter(layer.points(rng, _TYPICAL))).values
    values = {a: _drawn(rng, np.asarray(typical[a]), at[a], a in map.constant, whole) for a in map.args}
    return Point(lifted, values, "whole numbers" if whole else "random numbers")


def _drawn(rng: np.random.Generator, typical: np.ndarray, shape: tuple[int, ...], constant: bool, whole: bool) -> Array:
    if constant or typical.dtype.kind != "f":
        return rng.choice(typical.ravel(), shape)
    if whole:
        return rng.integers(-2, 3, shape, np.int8).astype(float)
    known = np.sort(typical, axis=None)
    return np.interp(rng.random(shape), np.linspace(0, 1, known.size), known)

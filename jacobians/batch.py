"""Batch: a map lifted to n examples at once, itself a map.

Shared arguments (parameters, by default) are the same for every example; all others have a leading axis of length n.

    y      = [f(x⁽¹⁾, θ), …, f(x⁽ⁿ⁾, θ)]                                           (1)
    L^x    = block-diagonal: example i depends on its own x⁽ⁱ⁾ only                (2)
    L^θ    = stacked: example i's rows are its own L^θ                             (3)

The sum over the batch in ∂J/∂θ is written nowhere: it is the product g · L^θ.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .errors import ArgumentError, LayerDefinitionError
from .matrix import Array, Matrix, blocks, stack
from .point import Map, Point, check_values


class Batch:
    """n examples of a map as one map.

    Args:
        map: a map written for one example.
        shared: the arguments that have no batch axis; by default the parameters.
    """

    def __init__(self, map: Map, shared: Iterable[str] | None = None):
        self.map = map
        self.shared = tuple(map.theta if shared is None else shared)
        self.args, self.theta, self.constant, self.settings = map.args, map.theta, map.constant, map.settings

    def forward(self, **values: Array) -> Array:
        return np.stack([self.map.forward(**one) for one in self.examples(values)])  # (1)

    def L(self, a: str, /, **values: Array) -> Matrix:
        """∂y/∂a: block-diagonal, or stacked where a is shared."""
        each = [self.map.L(a, **one) for one in self.examples(values)]
        return stack(*each) if a in self.shared else blocks(*each)  # (3) (2)

    def examples(self, values: dict[str, Array]) -> list[dict[str, Array]]:
        """The arguments of each example.

        Raises:
            ArgumentError: no example at all, or arguments that disagree on how many there are.
        """
        check_values(self, values)
        lengths = {a: len(v) for a, v in values.items() if a not in self.shared}
        if len(set(lengths.values())) != 1 or 0 in lengths.values():
            raise ArgumentError(
                f"a batch needs the same number of examples, at least one, in each argument: got {lengths}"
            )
        n = next(iter(lengths.values()))
        return [{a: v if a in self.shared else v[i] for a, v in values.items()} for i in range(n)]

    def __repr__(self) -> str:
        return f"Batch({self.map!r})"


def batch_of(points: list[Point]) -> Point:
    """Points of one map that share their parameters (the first point's are taken), as one point of its batch.

    Raises:
        LayerDefinitionError: points of different shapes.
    """
    first = points[0]
    shapes = [{a: np.shape(v) for a, v in p.values.items()} for p in points]
    if any(shape != shapes[0] for shape in shapes):
        raise LayerDefinitionError(
            f"{first.map!r}: two draws of the point {first.name!r} have different shapes: the number, names and "
            "shapes of `points` may depend on n only"
        )
    lifted = Batch(first.map)
    values = {a: v if a in lifted.shared else np.stack([p.values[a] for p in points]) for a, v in first.values.items()}
    return Point(lifted, values, f"{first.name}, batch of {len(points)}")

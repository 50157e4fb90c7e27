"""Batch: a map lifted to n examples at once, itself a map.

Shared arguments (parameters, by default) are the same for every example; all others have a leading axis of length n.

    y      = [f(x⁽¹⁾, θ), …, f(x⁽ⁿ⁾, θ)]                                           (1)
    L^x    = block-diagonal: example i depends on its own x⁽ⁱ⁾ only                (2)
    L^θ    = stacked: example i's rows are its own L^θ                             (3)

The sum over the batch in ∂J/∂θ is written nowhere: it is the product g · L^θ. A formula written for one example is
evaluated once for all (lifted.py); one that cannot be, example by example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, cast

import numpy as np

from .elements import Elements
from .errors import ArgumentError, LayerDefinitionError
from .kinds import is_array
from .lifted import Lifted
from .matrix import Array, Matrix, blocks, compact, in_type, picks, repeated, stack
from .patterns import Pattern, every_place
from .point import Map, Point, check_values
from .triplets import Triplets

Formula = Callable[..., Any]  # of one example's arguments, by name
_ALONE: set[tuple[str, ...]] = set()  # (map, formula, argument) that could not be evaluated for all examples at once


class Batch:
    """n examples of a map as one map.

    Args:
        map: a map written for one example.
        shared: the arguments that have no batch axis; by default the parameters.

    >>> from jacobians.layers.linear import Linear
    >>> x, W = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.array([[1.0, 0.0, 2.0], [0.0, 1.0, -1.0]])
    >>> point = Point(Batch(Linear()), {"x": x, "W": W, "b": np.zeros(2)})
    >>> point.L("x", "dense")  # block-diagonal
    array([[ 1.,  0.,  2.,  0.,  0.,  0.],
           [ 0.,  1., -1.,  0.,  0.,  0.],
           [ 0.,  0.,  0.,  1.,  0.,  2.],
           [ 0.,  0.,  0.,  0.,  1., -1.]])
    >>> point.backward(np.array([[1.0, 2.0], [3.0, -1.0]]))["W"]  # summed over the examples by the product
    array([[13., 17., 21.],
           [-2., -1.,  0.]])
    """

    def __init__(self, map: Map, shared: Iterable[str] | None = None):
        self.map = map
        self.shared = tuple(map.theta if shared is None else shared)
        self.args, self.theta, self.constant, self.settings = map.args, map.theta, map.constant, map.settings

    def forward(self, **values: Array) -> Array:
        return self.arrays(self.map.forward, values)  # (1)

    def L(self, a: str, /, **values: Array) -> Matrix:
        """∂y/∂a: block-diagonal, or stacked where a is shared."""
        found = self.matrices(partial(self.map.L, a), a, values)
        assert found is not None
        return found

    def arrays(self, formula: Formula, values: dict[str, Array]) -> Array:
        """What the formula gives for each example, along a leading axis."""
        n = self._length(values)
        found = self._together(formula, values, ())
        if not isinstance(found, Lifted):  # also where y depends on no example: a copy for each
            return np.stack([formula(**one) for one in self.examples(values)])
        return _of_each(found, n)

    def matrices(self, formula: Formula, a: str, values: dict[str, Array], *before: Array) -> Matrix | None:
        """The matrices that the formula gives for the examples, as one: (3) where a is shared, else (2).

        Args:
            before: what the formula takes before the arguments, with a leading axis of examples.

        Returns:
            None, where the formula gives none.
        """
        n, stacked = self._length(values), a in self.shared
        found = self._together(formula, values, before) if n > 1 else None
        if found is not None:
            return _in_type(_joined(found, n, stacked), values)
        each = [formula(*(v[i] for v in before), **one) for i, one in enumerate(self.examples(values))]
        if any(m is None for m in each):
            return None
        return stack(*each) if stacked else blocks(*each)  # (3) (2)

    def _together(self, formula: Formula, values: dict[str, Array], before: tuple[Array, ...]) -> Any:
        """The formula of all examples at once; None where it cannot be asked so."""
        name = (repr(self.map), getattr(formula, "func", formula).__name__, *getattr(formula, "args", ()))
        if name in _ALONE:
            return None
        own = {a: _read_only(v) for a, v in values.items()}
        lifted = {a: Lifted(np.moveaxis(v, 0, -1)) for a, v in own.items() if a not in self.shared}
        same = {a: Lifted(v[..., None]) for a, v in own.items() if a in self.shared and a not in self.constant}
        try:
            return formula(*(Lifted(np.moveaxis(v, 0, -1)) for v in before), **values | same | lifted)
        except (TypeError, ValueError, IndexError, AttributeError):  # NotLifted, and what NumPy says of such arrays
            _ALONE.add(name)
            return None

    def examples(self, values: dict[str, Array]) -> list[dict[str, Array]]:
        """The arguments of each example.

        Raises:
            ArgumentError: no example at all, or arguments that disagree on how many there are.
        """
        n = self._length(values)
        return [{a: v if a in self.shared else v[i] for a, v in values.items()} for i in range(n)]

    def _length(self, values: dict[str, Array]) -> int:
        """How many examples there are."""
        check_values(self, values)
        lengths = {a: len(v) for a, v in values.items() if a not in self.shared}
        if len(set(lengths.values())) != 1 or 0 in lengths.values():
            raise ArgumentError(
                f"a batch needs the same number of examples, at least one, in each argument: got {lengths}"
            )
        return next(iter(lengths.values()))

    def _repr_html_(self) -> str:
        """What a notebook shows: which arguments have an axis of examples, and the map of one example."""
        from .show.html_map import batch_html

        return batch_html(self)

    def __repr__(self) -> str:
        return f"Batch({self.map!r})"


def _joined(found: Any, n: int, stacked: bool) -> Matrix:
    """n matrices in one, lifted or the same for all."""
    if isinstance(found, Lifted):
        front = _of_each(found, n)
        if stacked:
            return front.reshape(n * found.shape[0], found.shape[1])
        return _filled(every_place(*found.shape), front.reshape(n, found.size), n, stacked)
    if isinstance(found, Triplets) and isinstance(found.cols, Lifted):  # of picks: its columns are each example's own
        return _picked(found, n, stacked)
    if isinstance(found, Triplets) and isinstance(found.values, Lifted):
        pattern = found.pattern or Pattern(found.rows, found.cols, found.shape)
        joined = _filled(pattern, _of_each(found.values, n), n, stacked)
        return compact(joined) if found.compact else joined
    return repeated(found, n, stacked)


def _read_only(v: Any) -> Any:
    """v, of which no part becomes a matrix's own array: that is copied first (patterns.py)."""
    if not is_array(v):
        return v
    seen: Any = v.view()
    seen.flags.writeable = False
    return seen


def _of_each(x: Any, n: int) -> Any:
    """An array, lifted or the same for all, along a leading axis of n examples."""
    inner = x.inner if isinstance(x, Lifted) else x[..., None]
    return np.moveaxis(inner if inner.shape[-1] == n else np.broadcast_to(inner, (*x.shape, n)), -1, 0)


def _picked(found: Triplets, n: int, stacked: bool) -> Matrix:
    """n matrices with one entry a row, each at places of its own."""
    width, cols = found.shape[1], _of_each(found.cols, n)
    values = _of_each(found.values, n).reshape(-1)
    cols = cols if stacked else cols + np.arange(n)[:, None] * width
    return picks(cols.reshape(-1), width if stacked else n * width, values)


def _filled(pattern: Pattern, values: Any, n: int, stacked: bool) -> Matrix:
    """n matrices of one pattern, a row of values for each."""
    if isinstance(values, Elements):
        combined = cast(Lifted, pattern.combined(Lifted(values.move(np.moveaxis, 0, -1))))
        return pattern.repeated(n, stacked).fill(np.moveaxis(combined.inner, -1, 0).reshape(-1))
    return pattern.repeated(n, stacked).fill(pattern.in_order(values))


def _in_type(L: Matrix, values: dict[str, Any]) -> Matrix:
    """L in the floating type of the values."""
    kinds = [v.dtype for v in values.values() if is_array(v) and v.dtype.kind in "fc"]
    if isinstance(L, Elements | Triplets) or not kinds:
        return L
    dtype = np.result_type(*kinds)
    return in_type(L, dtype)


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

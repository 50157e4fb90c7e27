"""Claims about L, for any point. Each is a function here, so that what tests the layers is itself tested.

A claim returns '' where it holds, else the sentence that says where it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from jacobians.layer import Layer
from jacobians.layers import find_all
from jacobians.point import Point, differentiable
from jacobians.verify.differences import Quotient, quotient
from jacobians.verify.formats import FORMATS, Format
from jacobians.verify.running import Running

from .fifty_digits import Fifty, lift, numbers

EPS = 2.0**-52


@dataclass(frozen=True)
class Case:
    """A point of a layer by its place in `points`, to be drawn from any generator; perhaps one of its arguments."""

    layer: str
    cls: type[Layer]
    n: int
    index: int
    name: str
    argument: str = ""

    def draw(self, rng: np.random.Generator) -> Point:
        return next(islice(self.cls.points(rng, self.n), self.index, None))

    def __str__(self) -> str:
        parts = (self.layer, self.name.replace(",", "").replace(" ", "-"), self.argument, f"n{self.n}")
        return "-".join(part for part in parts if part)


def at_points(*sizes: int, arguments: Callable[[Any], Iterable[str]] = lambda map: [""]) -> list[Case]:
    """Every point of every layer, once for each of `arguments` of its map."""
    return [
        Case(layer, cls, n, k, point.name, a)
        for layer, cls in find_all().items()
        for n in sizes
        for k, point in enumerate(cls.points(np.random.default_rng(0), n))  # the tests draw their own
        for a in arguments(point.map)
    ]


def at_arguments(*sizes: int) -> list[Case]:
    """Every differentiable argument of every point of every layer."""
    return at_points(*sizes, arguments=differentiable)


def in_format(point: Point, dtype: Any) -> Point:
    """The same point with its real arguments rounded to `dtype`."""
    return Point(
        point.map, {a: v.astype(dtype) if v.dtype.kind == "f" else v for a, v in arrays(point).items()}, point.name
    )


def arrays(point: Point) -> dict[str, np.ndarray]:
    return {a: np.asarray(v) for a, v in point.values.items()}


# -- L against the difference quotient --------------------------------------------------------------------------------


def numerical(point: Point, a: str) -> Quotient:
    """The difference quotient, told how far forward may be rounded."""
    y = point.map.forward(**with_error(point, FORMATS["float64"]))
    return quotient(point, a, y.error if isinstance(y, Running) else 0.0)


def agrees(L: Any, numerical: Quotient) -> str:
    """L is within the error of the difference quotient in every entry."""
    L = L if isinstance(L, np.ndarray) else L.toarray()
    if L.shape != numerical.value.shape:
        return f"L is {L.shape}, |y| × |a| is {numerical.value.shape}"
    outside = np.abs(L - numerical.value) - numerical.error
    if not (wrong := ~(outside <= 0)).any():
        return ""
    at = np.unravel_index(np.argmax(np.where(wrong, np.nan_to_num(outside, nan=np.inf), -np.inf)), L.shape)
    return (
        f"{wrong.sum()} of {L.size} entries differ from the difference quotient; entry {[int(k) for k in at]}: "
        f"L has {L[at]:.9g}, the quotient is {numerical.value[at]:.9g} ± {numerical.error[at]:.2g}"
    )


def decided(point: Point, L: np.ndarray, numerical: Quotient) -> np.ndarray:
    """Where the difference quotient says something: its error is a thousandth of the size of derivatives here."""
    x = max(np.abs(v).max(initial=0.0) for a, v in arrays(point).items() if a not in point.map.constant)
    y = np.abs(point.forward()).max(initial=0.0)
    return numerical.error <= 1e-3 * (max(np.abs(L).max(initial=0.0), y / x if x else 0.0) or 1.0)


# -- L against fifty digits -------------------------------------------------------------------------------------------


def in_fifty_digits(point: Point) -> dict[str, Any]:
    """The arguments lifted, constants as they are."""
    return {a: v if a in point.map.constant else lift(v) for a, v in arrays(point).items()}


def units(got: np.ndarray, exact: np.ndarray, size: np.ndarray) -> np.ndarray:
    """|got − exact| in units of 2^−52 · max(|exact|, size), never less than the least normal number's."""
    error = np.asarray(np.abs(numbers(got) - exact), float)
    return error / (EPS * np.maximum(np.maximum(np.abs(np.asarray(exact, float)), size), np.finfo(float).tiny / EPS))


def moved(rng: np.random.Generator, values: dict[str, Any]) -> dict[str, Any]:
    """The arguments with each number moved by about 2^−100 of itself, up or down."""

    def move(x: Fifty) -> Fifty:
        return x * (1 + lift(rng.standard_normal(x.shape)) * lift(2.0**-100))

    return {a: move(v) if isinstance(v, Fifty) else v for a, v in values.items()}


def inherent(
    rng: np.random.Generator, function: Callable[[Any], Any], values: dict[str, Any], draws: int = 3
) -> np.ndarray:
    """How much a relative change of the arguments changes each entry of the result, per unit of that change.

    What one rounding of the arguments already does: no algorithm that sees rounded numbers can be asked for more. It
    is 0 where a change jumps (a kink).
    """
    at = numbers(function(values))
    size = np.zeros(at.shape)
    for _ in range(draws):
        change = np.asarray(np.abs(numbers(function(moved(rng, values))) - at) * 2**100, float)
        size = np.maximum(size, np.where(change < 2.0**60, change, 0.0))
    return size


def of_terms(point: Point) -> np.ndarray:
    """Σ |L^a| |a|, in the shape of y: what one rounding of each argument may do to y at worst. For y = Σ x, Σ |x|."""
    y = np.zeros(np.size(point.forward()))
    for a in differentiable(point.map):
        y += np.abs(point.L(a, "dense")) @ np.abs(np.ravel(point.values[a]))
    return y.reshape(np.shape(point.forward()))


# -- the running error ------------------------------------------------------------------------------------------------


def within(got: Any, exact: Any, bound: Any) -> str:
    """|got − exact| ≤ bound in every entry; got: ordinary numbers, exact: fifty digits, bound: float64."""
    got, exact = numbers(got), numbers(exact)
    error = np.asarray(np.abs(got - exact), object)
    bound = np.broadcast_to(bound, error.shape)
    wrong = np.asarray(~(error <= numbers(bound)), bool)
    if not wrong.any():
        return ""
    at = tuple(int(k) for k in np.unravel_index(np.argmax(wrong), wrong.shape))
    return (
        f"{wrong.sum()} of {wrong.size} entries; entry {list(at)}: {float(got[at]):.9g} differs by "
        f"{float(error[at]):.3g} from {float(exact[at]):.9g}, bound {bound[at]:.3g}"
    )


def with_error(point: Point, format: Format) -> dict[str, Any]:
    """The arguments in running-error arithmetic, without an error yet; constants as they are."""
    return {a: v if a in point.map.constant else Running(v, 0.0, format) for a, v in arrays(point).items()}


def bound(result: Any, format: Format) -> np.ndarray:
    """The bound of a result in running-error arithmetic (y, or a dense or sparse L).

    A result that was computed from no argument holds ordinary numbers: then the code has them rounded once.
    """
    result = result.toarray() if hasattr(result, "toarray") else result
    return result.error if isinstance(result, Running) else Running(0.0, 0.0, format).lift(result).error


def relative(bound: np.ndarray, size: np.ndarray, format: Format) -> float:
    """The median of bound/size over the entries that keep all their digits above the format's least number."""
    there = size > format.tiny / format.u
    return float(np.median(bound[there] / size[there])) if there.any() else 0.0

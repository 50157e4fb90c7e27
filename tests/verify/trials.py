"""Code to put on trial: the twins with one thing changed, at as few points as the question needs."""

import functools
import importlib
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np

from jacobians.batch import Batch
from jacobians.layer import Layer
from jacobians.layers import find
from jacobians.point import Point, differentiable
from jacobians.verify.check import check
from jacobians.verify.results import Report, Result, Verdict


def at_points(layer: str, *wanted: str) -> type[Layer]:
    """The layer with these of its points only, by name; with its first alone when none is named."""
    cls = find(layer)

    def points(_: type[Layer], rng: np.random.Generator, n: int) -> Iterator[Point]:
        for k, point in enumerate(cls.points(rng, n)):
            if point.name in wanted or (k == 0 and not wanted):
                yield point

    return type(
        cls.__name__, (cls,), {"points": classmethod(points), "__module__": cls.__module__, "__doc__": cls.__doc__}
    )


def twin(layer: str, **changed: Callable[..., Any]) -> SimpleNamespace:
    """The twin, or with `forward` or `backward` replaced by a function whose first argument is the twin's own."""
    own = importlib.import_module(f"reference.{layer}")

    def replaced(name: str) -> Callable[..., Any]:
        right = getattr(own, name)
        return functools.wraps(right)(functools.partial(changed[name], right)) if name in changed else right

    return SimpleNamespace(forward=replaced("forward"), backward=replaced("backward"))


def gradients(layer: str, change: Callable[[dict[str, np.ndarray]], dict[str, Any]]) -> SimpleNamespace:
    """The twin with its gradients changed."""
    return twin(layer, backward=lambda right, g, saved: change(right(g, saved)))


def tried(fast: Any, layer: str, *points: str, formats: tuple[str, ...] = ("float64",), **kwargs: Any) -> Report:
    """The report on code at some points of a layer; at no long ones unless asked."""
    return check(fast, at_points(layer, *points), formats, **{"lengths": (), **kwargs})


def row(report: Report, argument: str, claim: str = "gradient") -> Result:
    """The only result of this claim about this argument."""
    [found] = [r for r in report.results if (r.argument, r.claim) == (argument, claim)]
    return found


def broken(report: Report) -> set[tuple[str, str]]:
    """(claim, argument) of everything that failed."""
    return {(r.claim, r.argument) for r in report.results if r.verdict is Verdict.FAIL}


def from_jacobians(
    layer: str, wrong: Callable[[Point, str, np.ndarray], np.ndarray] = lambda point, a, g: g @ point.L(a)
) -> Any:
    """Code that multiplies by explicit Jacobians: g · L, or whatever `wrong` answers for an argument and a flat g."""
    cls = find(layer)

    def forward(**given: np.ndarray) -> tuple[np.ndarray, Point]:
        settings = {k: given.pop(k) for k in cls().settings}
        map = cls(**settings)
        point = Point(map if cls.interacts else Batch(map), given)
        return point.forward(), point

    def backward(g: np.ndarray, point: Point) -> dict[str, np.ndarray]:
        shapes = {a: np.shape(point.values[a]) for a in differentiable(point.map)}
        return {a: np.reshape(wrong(point, a, g.ravel()), shape) for a, shape in shapes.items()}

    return SimpleNamespace(forward=forward, backward=backward)

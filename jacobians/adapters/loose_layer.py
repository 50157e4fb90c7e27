"""The layer class that a function of a person's own makes: its forward, its points, and an L^a for each argument."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np

from ..dual import Dual
from ..elements import Elements
from ..layer import Layer
from ..matrix import Matrix
from ..point import Map, Point
from ..verify.formats import FORMATS
from ..verify.running import Running
from . import numeric

Function = Callable[..., Any]
ESTIMATED = "numbers of forward"
_FLOAT64 = FORMATS["float64"]


class Loose(Layer, abstract=True):
    """What the layer classes that are made here share; the first of their points is the example."""

    sources: ClassVar[dict[str, str]] = {}  # where each L^a comes from


def layer_of(
    forward: Any, values: dict[str, np.ndarray], L: dict[str, Function], theta: Any, constant: Any, name: str
) -> type[Loose]:
    """The layer class that `forward` and what is known of its L make."""
    args = tuple(values)
    own = forward if isinstance(forward, Map) else None
    function: Any = own.forward if own is not None else forward
    native = own is not None or _takes_elements(function, values, constant)

    def y(self: Layer, **given: Any) -> Any:
        if native or not any(isinstance(v, Running) for v in given.values()):
            return _result(function(**given))

        def plain(v: dict[str, Any]) -> tuple[np.ndarray, float]:
            return np.asarray(self.forward(**v), np.float64), 0.0

        return _estimated(plain, self, given)

    def points(cls: type[Layer], rng: np.random.Generator, n: int) -> Iterator[Point]:
        return _points(cls(), values, rng)

    members: dict[str, Any] = {
        "forward": _signed(y, args),
        "points": classmethod(points),
        "theta": tuple(theta or ()),
        "constant": tuple(constant),
        "interacts": theta is None,
        "__module__": f"loose.{name}",
        "__doc__": "A layer of the user's own.",
        "sources": {},
    }
    for a in args:
        if a not in constant:
            formula, source = _formula(a, own, L.get(a), native)
            members[f"L_{a}"] = _signed(formula, args)
            members["sources"][a] = source
    return type(name, (Loose,), members)


def _formula(a: str, own: Map | None, given: Function | None, native: bool) -> tuple[Function, str]:
    """L^a as a method, and where it comes from."""

    if given is not None:

        def told(self: Layer, **v: Any) -> Matrix:
            return _given(given, self, v)

        return told, "the L that was given"
    if own is not None:

        def of_own(self: Layer, **v: Any) -> Matrix:
            return own.L(a, **v)

        return of_own, f"the L of {own!r}"

    def differentiated(self: Layer, **v: Any) -> Matrix:
        return derivative(self, a, v)

    def estimated(self: Layer, **v: Any) -> Matrix:
        def quotients(at: dict[str, Any]) -> Any:
            return numeric.numerical(self, a, at)[0]

        return _estimated(quotients, self, v)

    if native:
        return differentiated, "forward, differentiated operation by operation"
    return estimated, ESTIMATED


def derivative(map: Any, a: str, values: dict[str, Any]) -> Matrix:
    """L^a by dual numbers, a column for each entry of a: in running-error arithmetic, or float64 for plain arrays."""
    plain = not any(isinstance(v, Running) for v in values.values())
    format = next((v.format for v in values.values() if isinstance(v, Running)), _FLOAT64)
    zero = Running(0.0, 0.0, format)
    still = {b: v if b in map.constant else zero_tangent(zero, v) for b, v in values.items()}
    x = still[a].parts[0]
    columns: list[Any] = []
    for j in range(x.size):
        tangent = np.zeros(x.shape)
        tangent.flat[j] = 1.0
        y = map.forward(**still | {a: Dual(x, zero.lift(tangent))})
        columns.append(y.parts[1].reshape(-1) if isinstance(y, Dual) else zero.lift(np.zeros(np.size(y))))
    L: Any = np.stack(columns, axis=1)
    return L.parts[0] if plain else L


def zero_tangent(zero: Running, v: Any) -> Dual:
    """v as numbers that do not move."""
    return Dual(zero.lifted(v), zero.lift(np.zeros(np.shape(v))))


def _estimated(f: Any, map: Any, given: dict[str, Any]) -> Any:
    """f of the plain values, as numbers with an estimated error; plain where the values are."""
    format = next((v.format for v in given.values() if isinstance(v, Running)), None)
    values = {a: v.value if isinstance(v, Running) else np.asarray(v) for a, v in given.items()}
    if format is None:
        return f(values)[0]
    value, error = numeric.with_estimate(f, map, values, max(format.u_inside, format.u_sum))
    return Running(value, error, format)


def _points(map: Any, values: dict[str, np.ndarray], rng: np.random.Generator) -> Iterator[Point]:
    """The example, and others of its shapes, signs and sizes, as far as forward is finite there."""

    def like(v: np.ndarray) -> np.ndarray:
        return rng.permutation(v.reshape(-1)).reshape(v.shape) * rng.uniform(0.5, 2.0, v.shape)

    def whole(v: np.ndarray) -> np.ndarray:
        return np.where(np.abs(v) < 0.5, np.sign(v), np.clip(np.rint(v), -3, 3))

    moving = [a for a in values if a not in map.constant]
    yield Point(map, values, "as given")
    for name, change in (("another like it", like), ("a third", like), ("whole numbers", whole)):
        point = Point(map, values | {a: change(values[a]) for a in moving}, name)
        with np.errstate(all="ignore"):
            if np.isfinite(np.asarray(point.forward(), np.float64)).all():
                yield point


def _takes_elements(function: Function, values: dict[str, np.ndarray], constant: Any) -> bool:
    """Whether forward is made of operations that other arithmetics have, too."""
    zero = Running(0.0, 0.0, _FLOAT64)
    for lift in (zero.lift, Dual(zero, zero).lift):
        try:
            with np.errstate(all="ignore"):
                y = _result(function(**{a: v if a in constant else lift(v) for a, v in values.items()}))
        except Exception:  # an operation without a rule, an assignment into an array, a conversion to a plain number
            return False
        if not isinstance(y, Elements):
            return False
    return True


def _result(y: Any) -> Any:
    """y as an array; a float, which has no shape, too."""
    return y if isinstance(y, Elements) else np.asarray(y)


def _given(L: Function, map: Any, values: dict[str, Any]) -> Matrix:
    """What a person's own formula gives; where it takes no numbers with errors, its value and an estimated error."""
    try:
        return _matrix(L(**values))
    except Exception:
        if not any(isinstance(v, Running) for v in values.values()):
            raise

    def plain(at: dict[str, Any]) -> tuple[np.ndarray, float]:
        return np.asarray(_matrix(L(**at))), 0.0

    return _estimated(plain, map, values)


def _matrix(L: Any) -> Any:
    return L if hasattr(L, "shape") else np.asarray(L)


def _signed(method: Function, args: tuple[str, ...]) -> Function:
    """The method with a signature that names the arguments; it takes them by position, too."""

    def named(self: Any, *given: Any, **more: Any) -> Any:
        return method(self, **dict(zip(args, given, strict=False)), **more)

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    named.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(n, kind) for n in ("self", *args)]
    )
    return named

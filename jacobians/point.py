"""A map, and a point of it: where every question is asked.

A *map* is a function y = f(a, b, …) with one Jacobian per argument, parameters being arguments like any other. A
*point* is a map at given arguments; there each Jacobian is a matrix:

    L^a = ∂y/∂a      |y| rows, |a| columns (numerator layout), vec row by row (C order) of y and of a
    g^a = g · L^a    g the upstream gradient, a row of |y| entries
    L^θ              the L^a of the parameters, side by side in the order of `theta`
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np

from .errors import ArgumentError, UnknownName, meant, names
from .matrix import Array, Form, I, Matrix, in_form, multiply, together


@runtime_checkable
class Map(Protocol):
    """A function with one Jacobian per argument. A layer is one, a batch of a map is one, a graph of maps is one.

    >>> class FirstTwo:
    ...     args, theta, constant, settings = ("x",), (), (), {}
    ...     def forward(self, x): return x[:2]
    ...     def L(self, a, /, x): return np.eye(2, x.size)
    >>> isinstance(FirstTwo(), Map)
    True
    >>> Point(FirstTwo(), {"x": np.array([5.0, 6.0, 7.0])}).L("x")
    array([[1., 0., 0.],
           [0., 1., 0.]])
    """

    @property
    def args(self) -> tuple[str, ...]:
        """The names of the arguments, in order."""
        ...

    @property
    def theta(self) -> tuple[str, ...]:
        """Which arguments are parameters."""
        ...

    @property
    def constant(self) -> tuple[str, ...]:
        """Which arguments have no derivative (labels, masks, indices)."""
        ...

    @property
    def settings(self) -> dict[str, Any]:
        """What is not an argument: stride, epsilon, the convention at a kink."""
        ...

    def forward(self, *args: Any, **values: Any) -> Any:
        """y at these values."""
        ...

    def L(self, a: str, /, **values: Any) -> Matrix:
        """∂y/∂a at these values, |y| × |a|."""
        ...


def differentiable(map: Map) -> tuple[str, ...]:
    """The arguments that have a Jacobian."""
    return tuple(a for a in map.args if a not in map.constant)


def check_values(map: Map, values: dict[str, Array]) -> None:
    """Raise ArgumentError unless `values` names exactly the arguments of `map`."""
    missing = [a for a in map.args if a not in values]
    stray = [a for a in values if a not in map.args]
    if missing or stray:
        said = [f"needs {names(missing)}"] if missing else []
        said += [f"does not know {names(stray)}"] if stray else []
        raise ArgumentError(
            f"{map!r} takes {names(map.args)}: it {' and '.join(said)}; give each of its arguments by name, once"
        )


@dataclass(frozen=True)
class Point:
    """A map at given arguments. `name` says what is special here ("typical", "at the kink", …).

    >>> from jacobians.layers.linear import Linear
    >>> W = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, -1.0]])
    >>> point = Point(Linear(), {"x": np.array([1.0, 2.0, 3.0]), "W": W, "b": np.zeros(2)})
    >>> point.forward()
    array([ 7., -1.])
    >>> point.L("W", "dense")  # a row for each entry of y, a column for each of W
    array([[1., 2., 3., 0., 0., 0.],
           [0., 0., 0., 1., 2., 3.]])
    >>> point.backward(np.array([1.0, -2.0]))["x"]
    array([ 1., -2.,  4.])
    """

    map: Map
    values: dict[str, Array]
    name: str = field(default="typical", compare=False)

    def __post_init__(self) -> None:
        check_values(self.map, self.values)

    def forward(self) -> Array:
        """y at this point."""
        return self.map.forward(**self.values)

    def L(self, a: str, form: Form = "natural") -> Matrix:
        """The Jacobian ∂y/∂a, |y| × |a|, or for a = "theta" all parameters side by side.

        Args:
            a: the name of an argument that is not constant, or "theta".
            form: "dense" (ndarray), "sparse" (csr_array), or "natural" (as the layer makes it; all parameters side by
                side are dense where that takes less memory).

        Raises:
            UnknownName: no such argument, or a constant one.
            TooLarge: a dense form that would not fit in memory.
        """
        if a == "theta" and self.map.theta:
            return in_form(together(*self._of_theta()), form)
        known = differentiable(self.map)
        if a not in known:
            extra = "; it has no parameters, so no theta" if a == "theta" else meant(a, known)
            raise UnknownName(f"{self.map!r} has no Jacobian for {a!r}: write one of {names(known)}{extra}")
        return in_form(self.map.L(a, **self.values), form)

    def _of_theta(self) -> list[Matrix]:
        """L^p of each parameter p; a graph shares its products between them."""
        shared, found = getattr(self.map, "backward", None), dict[str, Matrix]()
        if shared is not None:
            found = shared(I(np.size(self.forward())), wrt=self.map.theta, **self.values)
        return [found[p] if p in found else self.map.L(p, **self.values) for p in self.map.theta]

    def backward(self, g: Array, form: Form = "natural") -> dict[str, Array]:
        """g^a = g · L^a for every argument that has a Jacobian, in the shape of a.

        Args:
            g: upstream gradient, |y| entries in any shape.
        """
        row = np.reshape(g, -1)
        if shared := getattr(self.map, "backward", None):  # a graph shares its products between the arguments

            def times(g: Array, L: Matrix) -> Matrix:
                return multiply(g, in_form(L, form))

            found = shared(row, multiply=times, **self.values)
            wanted = {a: self.values[a] for a in differentiable(self.map)}
            return {a: np.reshape(found.get(a, np.zeros(np.size(v))), np.shape(v)) for a, v in wanted.items()}
        return {a: multiply(row, self.L(a, form)).reshape(np.shape(self.values[a])) for a in differentiable(self.map)}

    def _repr_html_(self) -> str:
        """What a notebook shows: the arguments, y, and every L^a."""
        from .show.html import point_html

        return point_html(self)

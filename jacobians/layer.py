"""Layer: what one writes to add a layer.

    class Linear(Layer):
        theta = ("W", "b")
        def forward(self, x, W, b): return W @ x + b            # (1)
        def L_x(self, x, W, b):     return W                    # (2)
        def L_W(self, x, W, b):     return kron(I(len(b)), x)   # (3)
        def L_b(self, x, W, b):     return I(len(b))            # (4)

The signature of `forward` names the arguments; annotated class attributes are settings (a frozen dataclass field).
A layer with any number of like arguments writes `forward(self, **x)` and `L_x(self, k, **x)`, and has a setting `n`;
its arguments are then x0 … x{n-1}. Everything is written for one example, unless `interacts`: then for the batch.
"""

from __future__ import annotations

import inspect
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self, dataclass_transform

import numpy as np

from .elements import Elements
from .errors import ArgumentError, UnknownName, names, nearest
from .kinds import is_array, is_sparse
from .layer_definition import examine, examine_settings
from .matrix import Matrix, in_type
from .memory import require
from .mistake import Mistake
from .point import Point

if TYPE_CHECKING:
    from .cut import Part

Convention = tuple[Any, ...]
_sizes: dict[Any, int] = {}  # of y, by layer and the shapes of its arguments
_LARGE = 1000  # an L of fewer columns, or of fewer than _LARGE² entries, is small


@dataclass_transform(frozen_default=True, kw_only_default=False)
@dataclass(frozen=True)
class Layer:
    """A map given by formulas. Subclass it in a file of its own under jacobians/layers.

    >>> class Slopes(Layer):
    ...     def forward(self, x): return x[1:] - x[:-1]
    ...     def L_x(self, x): return np.eye(len(x) - 1, len(x), 1) - np.eye(len(x) - 1, len(x))
    ...     @classmethod
    ...     def points(cls, rng, n): yield Point(cls(), {"x": rng.standard_normal(n)})
    >>> point = Point(Slopes(), {"x": np.array([1.0, 4.0, 9.0])})
    >>> point.L("x")
    array([[-1.,  1.,  0.],
           [ 0., -1.,  1.]])
    >>> point.backward(np.array([2.0, -1.0]))["x"]
    array([-2.,  3., -1.])
    """

    theta = tuple[str, ...]()  # which arguments are parameters
    constant = tuple[str, ...]()  # which have no derivative: labels, masks, indices
    optional = tuple[str, ...]()  # whose gradient fast code may leave out: the targets of a loss
    interacts: ClassVar[bool] = False  # True: examples of a batch interact, and x is the whole batch
    conventions: ClassVar[dict[str, Convention]] = {}  # setting: its usual values, where courses and libraries differ
    signature: ClassVar[tuple[str, ...]] = ()
    variadic: ClassVar[bool] = False

    def __init_subclass__(cls, abstract: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        examine_settings(cls, Layer)
        dataclass(frozen=True, repr=False)(cls)
        if not abstract:
            examine(cls, Layer)

    def __new__(cls, *args: Any, **settings: Any) -> Self:
        known = [f.name for f in fields(cls)]
        if stray := [name for name in settings if name not in known]:
            mend = nearest(stray[0], known)
            raise ArgumentError(f"{cls.__name__} has no setting {stray[0]!r}: it has {names(known)}.{mend}")
        return super().__new__(cls)

    @abstractmethod
    def forward(self, *args: Any, **values: Any) -> Any:
        """y for one example."""

    @classmethod
    @abstractmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        """Where to examine the layer: a typical point of size about n first, then the corners."""
        raise NotImplementedError

    def cut(self, rows: int, /, *args: Any, **values: Any) -> Iterator[Part]:
        """This layer as smaller ones, each for a run of about `rows` entries of y (see cut.py); none where it cannot.

        Follows from settings and the shapes of the values alone.
        """
        return iter(())

    def atoms(self) -> Any:
        """The same map as a Graph of atomic maps, or None where nobody has written it."""
        return None

    def mistakes(self, a: str, /, *args: Any, **values: Any) -> Iterator[Mistake]:
        """The mistakes people make in the gradient of `a`: each the wrong L^a at these values (see mistake.py)."""
        return iter(())

    @property
    def args(self) -> tuple[str, ...]:
        if not self.variadic:
            return self.signature
        return tuple(f"{self.signature[0]}{k}" for k in range(self.settings["n"]))

    @property
    def settings(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @property
    def changed(self) -> dict[str, Any]:
        """The settings that are not the usual ones."""
        return {f.name: v for f in fields(self) if (v := getattr(self, f.name)) != f.default}

    def L(self, a: str, /, **values: Any) -> Matrix:
        """∂y/∂a at these values, |y| × |a|, in the type of the values."""
        if a not in self.args or a in self.constant:
            known = [k for k in self.args if k not in self.constant]
            raise UnknownName(f"{self!r} has no Jacobian for {a!r}: write one of {names(known)}.{nearest(a, known)}")
        if np.size(values[a]) > _LARGE:
            self._require_room(a, values)
        if self.variadic:
            return _in_type_of(values, getattr(self, f"L_{self.signature[0]}")(a, **values))
        return _in_type_of(values, getattr(self, f"L_{a}")(**values))

    def _require_room(self, a: str, values: dict[str, Any]) -> None:
        """Refuse an L^a that its formula would make dense and that does not fit, before the formula runs."""
        if not _is_dense(type(self), a):
            return
        shape = (_entries_of_y(self, values), int(np.size(values[a])))
        if shape[0] * shape[1] > _LARGE**2:
            instead = "every entry of it is different from zero, so take a smaller point or one of its rows"
            require(shape, shape[0] * shape[1] * 8, "dense", instead)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self.changed.items())})"

    def _repr_html_(self) -> str:
        """What a notebook shows: the equation, the arguments, the settings, the formulas."""
        from .show.html_map import layer_html

        return layer_html(self)

    @classmethod
    def equation(cls) -> str:
        """The defining equation: the first line of the module's docstring after its name."""
        doc = inspect.getmodule(cls).__doc__ or ""  # type: ignore[union-attr]
        return doc.strip().partition("\n")[0].partition(": ")[2].rstrip(".")


def _entries_of_y(layer: Layer, values: dict[str, Any]) -> int:
    """|y|, found once for arguments of the same shapes."""
    try:
        key = (layer, tuple(np.shape(v) for v in values.values()))
        if key not in _sizes:
            if len(_sizes) > _LARGE:
                _sizes.clear()
            _sizes[key] = int(np.size(layer.forward(**values)))
        return _sizes[key]
    except TypeError:  # a setting that cannot be hashed
        return int(np.size(layer.forward(**values)))


@cache
def _is_dense(layer: type[Layer], a: str) -> bool:
    """Whether the formula of L^a makes an ndarray, asked of a small typical point."""
    point = next(iter(layer.points(np.random.default_rng(0), 4)))
    return a in point.map.args and isinstance(point.L(a), np.ndarray)


def _in_type_of(values: dict[str, Any], L: Matrix) -> Matrix:
    """L in the floating type that the values are in; numbers of another arithmetic, and text, stay as they are."""
    if not (is_array(L) or is_sparse(L)) or L.dtype.kind not in "biufc":
        return L  # text is what NumPy 1 makes of numbers and a setting that is text
    plain = [np.asarray(v).dtype for v in values.values() if not isinstance(v, Elements)]
    kinds = [dtype for dtype in plain if dtype.kind in "fc"]
    dtype = np.result_type(*kinds) if kinds else np.dtype(np.float64)
    return in_type(L, dtype)

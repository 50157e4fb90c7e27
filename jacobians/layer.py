"""Layer: what one writes to add a layer, and the examination of what was written.

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
from typing import Any, ClassVar, dataclass_transform

import numpy as np
from scipy import sparse

from .elements import Elements
from .errors import LayerDefinitionError, UnknownName, names, nearest
from .matrix import Matrix, in_type
from .memory import require
from .mistake import Mistake
from .point import Point

Convention = tuple[Any, ...]
_sizes: dict[Any, int] = {}  # of y, by layer and the shapes of its arguments
_LARGE = 1000  # an L of fewer columns, or of fewer than _LARGE² entries, is small


@dataclass_transform(frozen_default=True, kw_only_default=False)
@dataclass(frozen=True)
class Layer:
    """A map given by formulas. Subclass it in a file of its own under jacobians/layers."""

    theta = tuple[str, ...]()  # which arguments are parameters
    constant = tuple[str, ...]()  # which have no derivative: labels, masks, indices
    optional = tuple[str, ...]()  # whose gradient fast code may leave out: the targets of a loss
    interacts: ClassVar[bool] = False  # True: examples of a batch interact, and x is the whole batch
    conventions: ClassVar[dict[str, Convention]] = {}  # setting: its usual values, where courses and libraries differ
    _names: ClassVar[tuple[str, ...]] = ()
    _many: ClassVar[bool] = False

    def __init_subclass__(cls, abstract: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        dataclass(frozen=True, repr=False)(cls)
        if not abstract:
            _examine(cls)

    @abstractmethod
    def forward(self, *args: Any, **values: Any) -> Any:
        """y for one example."""

    @classmethod
    @abstractmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        """Where to examine the layer: a typical point of size about n first, then the corners."""
        raise NotImplementedError

    def atoms(self) -> Any:
        """The same map as a Graph of atomic maps, or None where nobody has written it."""
        return None

    def mistakes(self, a: str, /, *args: Any, **values: Any) -> Iterator[Mistake]:
        """The mistakes people make in the gradient of `a`: each the wrong L^a at these values (see mistake.py)."""
        return iter(())

    @property
    def args(self) -> tuple[str, ...]:
        if not self._many:
            return self._names
        return tuple(f"{self._names[0]}{k}" for k in range(self.settings["n"]))

    @property
    def settings(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def L(self, a: str, /, **values: Any) -> Matrix:
        """∂y/∂a at these values, |y| × |a|, in the type of the values."""
        if a not in self.args or a in self.constant:
            known = [k for k in self.args if k not in self.constant]
            raise UnknownName(f"{self!r} has no Jacobian for {a!r}: write one of {names(known)}{nearest(a, known)}")
        if np.size(values[a]) > _LARGE:
            self._require_room(a, values)
        if self._many:
            return _in_type_of(values, getattr(self, f"L_{self._names[0]}")(a, **values))
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
        said = ", ".join(
            f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if getattr(self, f.name) != f.default
        )
        return f"{type(self).__name__}({said})"

    @classmethod
    def equation(cls) -> str:
        """The defining equation: the first line of the module's docstring after its name."""
        doc = inspect.getmodule(cls).__doc__ or ""  # type: ignore[union-attr]
        return doc.strip().splitlines()[0].partition(": ")[2].rstrip(".")


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
    """L in the floating type that the values are in; numbers of another arithmetic stay as they are."""
    if not isinstance(L, np.ndarray) and not sparse.issparse(L):
        return L
    plain = [np.asarray(v).dtype for v in values.values() if not isinstance(v, Elements)]
    kinds = [dtype for dtype in plain if dtype.kind in "fc"]
    dtype = np.result_type(*kinds) if kinds else np.dtype(np.float64)
    return in_type(L, dtype)


def _examine(cls: type[Layer]) -> None:
    """Refuse a layer that cannot work, and say the mend. Sets the names of its arguments."""
    where = f"layer {cls.__name__}"
    if "forward" not in cls.__dict__ and cls.forward is Layer.forward:
        raise LayerDefinitionError(f"{where} has no forward: write `def forward(self, x): …`")
    if cls.points.__func__ is Layer.points.__func__:  # type: ignore[attr-defined]
        raise LayerDefinitionError(f"{where} has no points: write `@classmethod def points(cls, rng, n)`")
    for abstract in (m for m in dir(cls) if getattr(getattr(cls, m), "__isabstractmethod__", False)):
        arguments = ", ".join(inspect.signature(getattr(cls, abstract)).parameters)
        raise LayerDefinitionError(f"{where} has no {abstract}: write `def {abstract}({arguments})`")
    parameters = list(inspect.signature(cls.forward).parameters.values())[1:]
    cls._many = len(parameters) == 1 and parameters[0].kind is inspect.Parameter.VAR_KEYWORD
    odd = [
        p.name for p in parameters if p.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD or p.default is not p.empty
    ]
    if (odd and not cls._many) or not parameters:
        raise LayerDefinitionError(
            f"{where}: forward must name its arguments plainly, `forward(self, x, W)`, or take `**x` alone; "
            f"it has {names(odd)}. What has a default value is a setting: annotate it in the class"
        )
    cls._names = tuple(p.name for p in parameters)
    _examine_attributes(cls, where)
    _examine_formulas(cls, where)


def _examine_attributes(cls: type[Layer], where: str) -> None:
    """theta, constant and optional must name arguments; settings must not; a layer of many arguments needs n."""
    settings = {f.name for f in fields(cls)}
    for said in ("theta", "constant", "optional"):
        stray = [a for a in getattr(cls, said) if a not in cls._names]
        if stray:
            mend = nearest(stray[0], cls._names) or f" Write some of {names(cls._names)}."
            raise LayerDefinitionError(f"{where}: {said} names {names(stray)}, which forward does not take.{mend}")
    if clash := settings & set(cls._names):
        raise LayerDefinitionError(f"{where}: {names(clash)} is both a setting and an argument; rename one")
    if stray := set(cls.conventions) - settings:
        raise LayerDefinitionError(f"{where}: conventions names {names(stray)}, which is no setting of it")
    if cls._many and "n" not in settings:
        raise LayerDefinitionError(
            f"{where}: forward takes **{cls._names[0]}, so it needs a setting: write `n: int = 2`"
        )


def _examine_formulas(cls: type[Layer], where: str) -> None:
    """One L_a for each argument that has a derivative, none for any other, all with forward's arguments."""
    wanted = [a for a in cls._names if a not in cls.constant]
    # L_a_from_output is the same Jacobian written in y (see verify/bound.py)
    written = {m[2:] for m in dir(cls) if m.startswith("L_") and not m.endswith("_from_output")}
    missing = [a for a in wanted if a not in written]
    stray = sorted(written - set(wanted))
    arguments = ", ".join(("self", *cls._names))
    if missing:
        raise LayerDefinitionError(
            f"{where} has no L_{missing[0]}: write `def L_{missing[0]}({arguments})` returning ∂y/∂{missing[0]}, "
            f"or list {missing[0]!r} in `constant` if it has no derivative"
        )
    if stray:
        mend = nearest(stray[0], wanted) or f" It takes {names(cls._names)}; rename or remove L_{stray[0]}."
        raise LayerDefinitionError(f"{where} has L_{stray[0]}, but no argument {stray[0]!r} with a derivative.{mend}")
    for a in wanted:
        got = tuple(inspect.signature(getattr(cls, f"L_{a}")).parameters)[1:]
        expected = ("k", *cls._names) if cls._many else cls._names
        if got != expected:
            raise LayerDefinitionError(
                f"{where}: L_{a} takes {names(got)}, forward takes {names(cls._names)}: "
                f"write `def L_{a}(self, {'k, **' if cls._many else ''}{', '.join(cls._names)})`"
            )

"""Arrays of other numbers: the formulas of a layer, evaluated in another arithmetic.

A layer is written with NumPy's own functions. Given an `Elements` in place of an ndarray, these functions arrive here
(NEP 13 for ufuncs, NEP 18 for the rest), so one formula serves float64, 50 digits, and a value with its rounding
error, and the layer's author writes nothing extra.

An `Elements` is a tuple of *parts*, ndarrays of one shape. What only moves entries about (reshape, take, where, …)
does the same to every part, and is written once, here. What computes is a *rule*: a method of the subclass named after
the ufunc with an underscore before it (`_add`, `_exp`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from math import prod
from typing import Any, Self

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from scipy import sparse

from .errors import LayerDefinitionError
from .kinds import is_list, is_listed

# Functions that move entries and compute nothing. Their data is the first argument, except where stated.
_MOVES: set[Callable[..., Any]] = {
    np.reshape, np.ravel, np.transpose, np.concatenate, np.stack, np.broadcast_to, np.take, np.repeat, np.tile,
    np.expand_dims, np.squeeze, np.flip, np.roll, np.swapaxes, np.moveaxis, np.pad, np.copy, np.atleast_1d,
    np.atleast_2d, np.diagonal, np.take_along_axis, np.where, np.tril, np.triu, np.split, np.zeros_like,
}  # fmt: skip
# Functions that look at the values and answer with shapes or places.
_PICKS = {np.shape, np.ndim, np.size, np.argmax, np.argmin, np.argsort, np.nonzero, np.flatnonzero, np.count_nonzero}
FOLDS: dict[Callable[..., Any], str] = {
    np.sum: "sum", np.mean: "mean", np.max: "max", np.min: "min", np.prod: "prod", np.cumsum: "cumsum"
}  # fmt: skip
_REDUCES: dict[Any, str] = {np.add: "sum", np.maximum: "max", np.minimum: "min", np.multiply: "prod"}
_DATA: dict[Callable[..., Any], tuple[int, ...]] = {np.where: (1, 2)}


class Elements(NDArrayOperatorsMixin, ABC):
    """An array of numbers that are not machine floats (see the module)."""

    parts: tuple[np.ndarray, ...]

    @abstractmethod
    def like(self, *parts: np.ndarray) -> Self:
        """Another array of the same arithmetic, made of these parts."""

    @abstractmethod
    def lift(self, array: Any) -> Self:
        """Ordinary numbers, taken as exact."""

    @abstractmethod
    def sum(self, axis: Any = None, keepdims: bool = False) -> Self: ...

    @abstractmethod
    def max(self, axis: Any = None, keepdims: bool = False) -> Self: ...

    @abstractmethod
    def sum_groups(self, group: np.ndarray, n: int) -> Self:
        """The n sums over the entries of this vector that carry the same number in `group`."""

    @property
    def shape(self) -> tuple[int, ...]:
        return self.parts[0].shape

    @property
    def ndim(self) -> int:
        return self.parts[0].ndim

    @property
    def size(self) -> int:
        return self.parts[0].size

    @property
    def T(self) -> Self:
        return self.move(np.transpose)

    # x += y writes into an ndarray that a formula has just made, and saves its memory; here it is x = x + y

    def __iadd__(self, other: Any) -> Any:
        return self + other

    def __isub__(self, other: Any) -> Any:
        return self - other

    def __imul__(self, other: Any) -> Any:
        return self * other

    def __len__(self) -> int:
        return len(self.parts[0])

    def __getitem__(self, key: Any) -> Self:
        return self.like(*(np.asarray(part[key]) for part in self.parts))

    def reshape(self, *shape: Any) -> Self:
        return self.like(*(part.reshape(*shape) for part in self.parts))

    def ravel(self) -> Self:
        return self.reshape(-1)

    def transpose(self, *axes: Any) -> Self:
        return self.like(*(part.transpose(*axes) for part in self.parts))

    def mean(self, axis: Any = None, keepdims: bool = False) -> Self:
        total = self.sum(axis, keepdims)
        return total / (self.size / max(total.size, 1))

    def min(self, axis: Any = None, keepdims: bool = False) -> Self:
        return -((-self).max(axis, keepdims))

    def prod(self, axis: int | None = None, keepdims: bool = False) -> Self:
        """The product, one factor after the other."""
        lined = self.reshape(-1) if axis is None else self.move(np.moveaxis, axis, 0)
        result = self.lift(np.ones(lined.shape[1:]))
        for k in range(len(lined)):
            result = result * lined[k]
        if not keepdims:
            return result
        return result.reshape((1,) * self.ndim) if axis is None else result.move(np.expand_dims, axis)

    def cumsum(self, axis: int | None = None) -> Self:
        """Sums of the first 1, 2, … entries: a triangular matrix of ones times the entries."""
        lined = self.reshape(-1) if axis is None else self.move(np.moveaxis, axis, -1)
        ones = np.tri(lined.shape[-1])
        sums = (lined[..., None, :] * ones).sum(axis=-1)
        return sums if axis is None else sums.move(np.moveaxis, -1, axis)

    def move(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """The same rearrangement of every part."""
        return self.like(*(function(part, *args, **kwargs) for part in self.parts))

    def lifted(self, x: Any) -> Any:
        """x in this arithmetic: an array lifted, a list of arrays entry by entry, an Elements as it is."""
        if isinstance(x, Elements):
            return x
        if is_listed(x) and any(isinstance(item, Elements) for item in x):
            return [self.lifted(item) for item in x]
        return self.lift(x.toarray() if isinstance(x, sparse.csr_array) else np.asarray(x))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "reduce" and ufunc in _REDUCES:
            return getattr(inputs[0], _REDUCES[ufunc])(kwargs.get("axis", 0), kwargs.get("keepdims", False))
        rule = getattr(self, "_" + ufunc.__name__, None)
        if rule is None or method != "__call__" or kwargs:
            raise _without_rule(self, f"{ufunc.__name__} ({method})")
        return getattr(type(self), "_" + ufunc.__name__)(*(self.lifted(x) for x in inputs))

    def __array_function__(self, func: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        if func in FOLDS:
            return getattr(self.lifted(args[0]), FOLDS[func])(*args[1:], **kwargs)
        if func is np.outer:
            return self.lifted(args[0]).reshape(-1, 1) * self.lifted(args[1]).reshape(1, -1)
        if func is np.einsum:
            return einsum(args[0], *(self.lifted(x) for x in args[1:]))
        if func in _PICKS:
            return func(args[0].parts[0], *args[1:], **kwargs)
        if func not in _MOVES:
            raise _without_rule(self, func.__name__)
        data = _DATA.get(func, (0,))
        args = tuple(self.lifted(arg) if i in data else arg for i, arg in enumerate(args))
        return self._moved(func, args, kwargs)

    def _moved(self, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if "constant_values" in kwargs:  # of np.pad: a number, so each part is padded with its own part of it
            kwargs = kwargs | {"constant_values": self.lifted(kwargs["constant_values"])}
        results = [
            func(*(_part(arg, k) for arg in args), **{name: _part(arg, k) for name, arg in kwargs.items()})
            for k in range(len(self.parts))
        ]
        if is_listed(results[0]):  # np.split gives several arrays
            return [self.like(*parts) for parts in zip(*results, strict=True)]
        return self.like(*results)


def _without_rule(x: Elements, function: str) -> LayerDefinitionError:
    return LayerDefinitionError(
        f"{type(x).__name__} has no rule for numpy's {function}, which a layer's formula calls: write it with array "
        "operations, ufunc by ufunc, and matrices with the builders of matrix.py"
    )


def _part(x: Any, k: int) -> Any:
    """Part k of an argument; of a list of arrays, the list of their parts."""
    if isinstance(x, Elements):
        return x.parts[k]
    if is_list(x) and any(isinstance(item, Elements) for item in x):
        return [_part(item, k) for item in x]
    return x


def einsum(spec: str, *operands: Elements) -> Elements:
    """numpy.einsum for any arithmetic: as a matrix product where it is one, else every operand spread over all letters,
    multiplied, and summed over those not kept.

    Args:
        spec: with "->", single letters, no ellipsis and no letter twice in one operand.
    """
    inputs, kept = spec.replace(" ", "").split("->")
    if len(operands) == 2:
        first, _, second = inputs.partition(",")
        found = _matrix_product(first, second, kept, *operands)
        if found is not None:
            return found
    letters = kept + "".join(sorted(set(inputs) - set(kept) - {","}))
    product: Any = None
    for letters_in, x in zip(inputs.split(","), operands, strict=True):
        order = sorted(range(len(letters_in)), key=lambda k: letters.index(letters_in[k]))
        x = x.transpose(order)
        shape = iter(x.shape)
        x = x.reshape([next(shape) if letter in letters_in else 1 for letter in letters])
        product = x if product is None else product * x
    summed = tuple(range(len(kept), len(letters)))
    return product.sum(axis=summed) if summed else product


def _matrix_product(first: str, second: str, kept: str, A: Elements, B: Elements) -> Elements | None:
    """einsum of two operands with these letters; None where it is no matrix product, nor a stack of them."""
    rows, cols = ("".join(c for c in a if c not in b) for a, b in ((first, second), (second, first)))
    stacked, over = ("".join(c for c in first if c in second and (c in kept) is so) for so in (True, False))
    if not (rows and cols and over) or not set(rows + cols) <= set(kept):
        return None
    size = dict(zip(first + second, (*A.shape, *B.shape), strict=True))

    def matrices(x: Elements, letters: str, *axes: str) -> Elements:
        x = x.transpose([letters.index(c) for c in stacked + "".join(axes)])
        lengths = [prod(size[c] for c in part) for part in (stacked, *axes)]
        return x.reshape(lengths if stacked else lengths[1:])

    product: Any = matrices(A, first, rows, over) @ matrices(B, second, over, cols)
    made = stacked + rows + cols
    return product.reshape([size[c] for c in made]).transpose([made.index(c) for c in kept])

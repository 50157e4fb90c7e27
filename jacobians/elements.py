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
from typing import Any, Self

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from scipy import sparse

# Functions that move entries and compute nothing. Their data is the first argument, except where stated.
_MOVES: set[Callable[..., Any]] = {
    np.reshape, np.ravel, np.transpose, np.concatenate, np.stack, np.broadcast_to, np.take, np.repeat, np.tile,
    np.expand_dims, np.squeeze, np.flip, np.roll, np.swapaxes, np.moveaxis, np.pad, np.copy, np.atleast_1d,
    np.atleast_2d, np.diagonal, np.take_along_axis, np.where, np.tril, np.triu, np.split, np.zeros_like,
}  # fmt: skip
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

    def move(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """The same rearrangement of every part."""
        return self.like(*(function(part, *args, **kwargs) for part in self.parts))

    def lifted(self, x: Any) -> Any:
        """x in this arithmetic: an array lifted, a list of arrays entry by entry, an Elements as it is."""
        if isinstance(x, Elements):
            return x
        if isinstance(x, list | tuple) and any(isinstance(item, Elements) for item in x):
            return [self.lifted(item) for item in x]
        return self.lift(x.toarray() if sparse.issparse(x) else np.asarray(x))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "reduce" and ufunc in (np.add, np.maximum):
            fold = "sum" if ufunc is np.add else "max"
            return getattr(inputs[0], fold)(kwargs.get("axis", 0), kwargs.get("keepdims", False))
        rule = getattr(self, "_" + ufunc.__name__, None)
        if rule is None or method != "__call__" or kwargs:
            raise TypeError(f"{type(self).__name__} has no rule for numpy's {ufunc.__name__} ({method})")
        return getattr(type(self), "_" + ufunc.__name__)(*(self.lifted(x) for x in inputs))

    def __array_function__(self, func: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        if func in (np.shape, np.ndim, np.size):
            return func(args[0].parts[0])
        if func in (np.sum, np.mean, np.max, np.amax):
            name = {np.sum: "sum", np.mean: "mean"}.get(func, "max")
            return getattr(self.lifted(args[0]), name)(*args[1:], **kwargs)
        if func is np.outer:
            return self.lifted(args[0]).reshape(-1, 1) * self.lifted(args[1]).reshape(1, -1)
        if func not in _MOVES:
            raise TypeError(f"{type(self).__name__} has no rule for numpy's {func.__name__}")
        data = _DATA.get(func, (0,))
        args = tuple(self.lifted(arg) if i in data else arg for i, arg in enumerate(args))
        return self._moved(func, args, kwargs)

    def _moved(self, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        results = [func(*(_part(arg, k) for arg in args), **kwargs) for k in range(len(self.parts))]
        if isinstance(results[0], list | tuple):  # np.split gives several arrays
            return [self.like(*parts) for parts in zip(*results, strict=True)]
        return self.like(*results)


def _part(x: Any, k: int) -> Any:
    """Part k of an argument; of a list of arrays, the list of their parts."""
    if isinstance(x, Elements):
        return x.parts[k]
    if isinstance(x, list) and any(isinstance(item, Elements) for item in x):
        return [_part(item, k) for item in x]
    return x

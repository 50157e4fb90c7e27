"""Lifted: one formula, written for one example, evaluated for all examples of a batch at once.

A `Lifted` looks like one example's array, and holds those of all n examples, in any arithmetic (floats, or values with
their errors), along a hidden last axis. Last, because NumPy lines shapes up from the right by what is visible then:

    visible    [2 × 3] + [3]                       hidden    [2 × 3 × n] + [3 × n]

What is the same for all examples has a hidden axis of length 1. Nothing that depends on a value of one example can be
asked here (its truth, the places of its zeros): that raises `NotLifted`, and the examples are taken one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .elements import FOLDS, Elements, einsum
from .errors import LayerDefinitionError
from .kinds import is_array, is_listed, is_tuple

Inner = Any  # an ndarray or an Elements, the hidden axis last
Axes = Any  # None, a number, or a tuple of them


class NotLifted(LayerDefinitionError):
    """A formula asks for what only a single example has."""


class Lifted(Elements):
    """n examples' arrays as one."""

    def __init__(self, inner: Inner):
        self.inner = inner

    def like(self, *parts: Any) -> Lifted:
        return Lifted(*parts)

    def lift(self, array: Any) -> Lifted:
        """Ordinary numbers, the same for all examples."""
        array = np.asarray(array)
        if isinstance(self.inner, Elements):
            return Lifted(self.inner.lift(array[..., None]))
        return Lifted(array[..., None].astype(self.inner.dtype if array.dtype.kind == "f" else array.dtype, copy=False))

    @property
    def examples(self) -> int:
        """The length of the hidden axis: n, or 1 for what is the same for all."""
        return self.inner.shape[-1]

    @property
    def shape(self) -> tuple[int, ...]:
        return self.inner.shape[:-1]

    @property
    def ndim(self) -> int:
        return len(self.inner.shape) - 1

    @property
    def size(self) -> int:
        return int(np.prod(self.shape))

    @property
    def T(self) -> Lifted:
        return self.transpose()

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("a number has no length")
        return self.shape[0]

    def __bool__(self) -> bool:
        raise NotLifted("a formula asks whether one example's number is true")

    def __array__(self, *args: Any, **kwargs: Any) -> np.ndarray:
        raise NotLifted("a formula needs the numbers of one example")

    def __getitem__(self, key: Any) -> Lifted:
        keys = key if is_tuple(key) else (key,)
        if any(isinstance(k, Lifted) for k in keys):
            raise NotLifted("a formula picks by the numbers of one example")
        at = next((i for i, k in enumerate(keys) if k is Ellipsis), None)
        if at is None:
            return Lifted(self.inner[key])
        used = sum(_uses(k) for k in keys) - 1
        return Lifted(self.inner[(*keys[:at], *(slice(None),) * (self.ndim - used), *keys[at + 1 :])])

    # -- folds and moves: the axes counted as they are seen -----------------------------------------------------------

    def seen_axes(self, axis: Axes, more: int = 0) -> Axes:
        """Axes from the front, so that the hidden one stays out of the count; None: all that are seen."""
        if axis is None:
            return tuple(range(self.ndim))
        if is_listed(axis):
            return tuple(self.seen_axes(a, more) for a in axis)
        if not -self.ndim - more <= axis < self.ndim + more:
            raise ValueError(f"axis {axis} of an array of {self.ndim} axes")
        return int(axis) % (self.ndim + more)

    def sum(self, axis: Axes = None, keepdims: bool = False) -> Lifted:
        return Lifted(self.inner.sum(axis=self.seen_axes(axis), keepdims=keepdims))

    def max(self, axis: Axes = None, keepdims: bool = False) -> Lifted:
        return Lifted(self.inner.max(axis=self.seen_axes(axis), keepdims=keepdims))

    def min(self, axis: Axes = None, keepdims: bool = False) -> Lifted:
        return Lifted(self.inner.min(axis=self.seen_axes(axis), keepdims=keepdims))

    def prod(self, axis: Axes = None, keepdims: bool = False) -> Lifted:
        flat = self.reshape(-1) if axis is None else self
        found = Lifted(flat.inner.prod(axis=0 if axis is None else self.seen_axes(axis), keepdims=keepdims))
        return found.reshape((1,) * self.ndim) if axis is None and keepdims else found

    def cumsum(self, axis: Axes = None) -> Lifted:
        flat = self.reshape(-1) if axis is None else self
        return Lifted(flat.inner.cumsum(axis=0 if axis is None else self.seen_axes(axis)))

    def reshape(self, *shape: Any) -> Lifted:
        wanted: Any = shape[0] if len(shape) == 1 and is_listed(shape[0]) else shape
        return _of_front(_front(self).reshape(self.examples, *wanted))

    def transpose(self, *axes: Any) -> Lifted:
        wanted: Any = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes  # also a tuple, or None
        order = self.seen_axes(wanted) if wanted else tuple(range(self.ndim))[::-1]
        return Lifted(self.inner.transpose(*order, self.ndim))

    def sum_groups(self, group: np.ndarray, n: int) -> Lifted:
        k = self.examples
        places = (np.asarray(group)[:, None] * k + np.arange(k)).ravel()
        if isinstance(self.inner, Elements):
            return Lifted(self.inner.reshape(-1).sum_groups(places, n * k).reshape(n, k))
        sums = np.bincount(places, np.ravel(self.inner), n * k).astype(self.inner.dtype, copy=False)
        return Lifted(sums.reshape(n, k))

    # -- NumPy's functions --------------------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "reduce":
            return super().__array_ufunc__(ufunc, method, *inputs, **kwargs)
        if method != "__call__" or kwargs:
            raise NotLifted(f"{ufunc.__name__} ({method}) is not lifted")
        if ufunc is np.matmul:
            return _matmul(*(self.lifted(x) for x in inputs))
        return Lifted(ufunc(*map(_inner, inputs)))

    def __array_function__(self, func: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        if func is np.einsum:
            return _einsum(args[0], args[1:])
        if func in (np.argmax, np.argmin, np.argsort):
            return _arg(func, *args, **kwargs)
        if func in (np.shape, np.ndim, np.size):
            return getattr(args[0], func.__name__)
        if func in _RULES:
            return _RULES[func](*(self._seen(arg) for arg in args), **kwargs)
        if func in FOLDS or func is np.outer:
            return super().__array_function__(func, types, args, kwargs)
        raise NotLifted(f"{func.__name__} is not lifted")

    def _seen(self, arg: Any) -> Any:
        """Arrays beside a lifted one lifted, too, and lists of them to one length of the hidden axis."""
        if is_listed(arg) and any(isinstance(x, Lifted) for x in arg):
            arg = [self.lifted(x) for x in arg]
            n = max(x.examples for x in arg)
            return [Lifted(np.broadcast_to(x.inner, (*x.shape, n))) if x.examples < n else x for x in arg]
        return arg


def _uses(key: Any) -> int:
    """How many axes a key takes up: none for None, all of its own for a mask."""
    return key.ndim if is_array(key) and key.dtype.kind == "b" else int(key is not None)


def _inner(x: Any) -> Any:
    """What stands for x beside an inner array; plain numbers keep their weak type."""
    if isinstance(x, Lifted):
        return x.inner
    return x[..., None] if getattr(x, "ndim", 0) else x


def _front(x: Lifted) -> Inner:
    """The hidden axis first: as the examples came, and as their matrices are laid out, one after the other."""
    return np.moveaxis(x.inner, -1, 0)


def _of_front(inner: Inner) -> Lifted:
    return Lifted(np.moveaxis(inner, 0, -1))


def _to_front(x: Lifted, axes: int) -> Inner:
    """The hidden axis first, then ones up to so many visible axes: what matmul takes for a stack of matrices."""
    return _front(x).reshape(x.examples, *(1,) * (axes - x.ndim), *x.shape)


def _matmul(a: Lifted, b: Lifted) -> Lifted:
    if a.examples == 1 and a.ndim == 2 and b.ndim == 1:
        return Lifted(a.inner[..., 0] @ b.inner)  # one matrix for all examples
    row, column = a.ndim == 1, b.ndim == 1
    a = a.reshape(1, -1) if row else a
    b = b.reshape(-1, 1) if column else b
    axes = max(a.ndim, b.ndim)
    product = _of_front(_to_front(a, axes) @ _to_front(b, axes))
    product = product[..., 0] if column else product
    return product[..., 0] if row and column else product[..., 0, :] if row else product


def _einsum(spec: str, operands: Any) -> Lifted:
    inputs, kept = spec.replace(" ", "").split("->")
    hidden = next(c for c in "ZYXWVUTSRQPONMLKJIHGFEDCBA" if c not in spec)
    inner = [x.inner if isinstance(x, Lifted) else x for x in operands]
    n = max(x.examples for x in operands if isinstance(x, Lifted))
    letters: list[str] = []
    for i, (said, x) in enumerate(zip(inputs.split(","), operands, strict=True)):
        alone = not isinstance(x, Lifted) or x.examples < n
        inner[i] = x.inner[..., 0] if isinstance(x, Lifted) and alone else inner[i]
        letters.append(said if alone else said + hidden)
    lettered = f"{','.join(letters)}->{hidden}{kept}"
    known = next((x for x in inner if isinstance(x, Elements)), None)
    if known is None:
        return _of_front(np.einsum(lettered, *inner))
    return _of_front(einsum(lettered, *(known.lifted(x) for x in inner)))


def _arg(func: Callable[..., Any], x: Lifted, axis: Axes = None, **kwargs: Any) -> Lifted:
    flat = x.reshape(-1) if axis is None else x
    return Lifted(func(flat.inner, axis=0 if axis is None else x.seen_axes(axis), **kwargs))


# -- what each of NumPy's moving functions does, the hidden axis staying last -----------------------------------------


def _concatenate(arrays: Any, axis: Axes = 0) -> Lifted:
    return Lifted(np.concatenate([x.inner for x in arrays], axis=arrays[0].seen_axes(axis)))


def _stack(arrays: Any, axis: int = 0) -> Lifted:
    return Lifted(np.stack([x.inner for x in arrays], axis=arrays[0].seen_axes(axis, 1)))


def _where(condition: Any, a: Any, b: Any) -> Lifted:
    return Lifted(np.where(_inner(condition), _inner(a), _inner(b)))


def _broadcast_to(x: Lifted, shape: Any) -> Lifted:
    shape = (shape,) if np.ndim(shape) == 0 else tuple(shape)
    return Lifted(np.broadcast_to(x.inner, (*shape, x.examples)))


def _along(func: Callable[..., Any]) -> Callable[..., Lifted]:
    """np.take and np.repeat: along one axis, or of all entries one after the other."""

    def rule(x: Lifted, what: Any, axis: Axes = None) -> Lifted:
        if isinstance(what, Lifted):
            raise NotLifted(f"{func.__name__} by the numbers of one example")
        flat = x.reshape(-1) if axis is None else x
        return _of_front(func(_front(flat), what, axis=1 if axis is None else 1 + x.seen_axes(axis)))

    return rule


def _flip(x: Lifted, axis: Axes = None) -> Lifted:
    return Lifted(np.flip(x.inner, axis=x.seen_axes(axis)))


def _roll(x: Lifted, shift: Any, axis: Axes = None) -> Lifted:
    if axis is None:
        return Lifted(np.roll(x.reshape(-1).inner, shift, axis=0)).reshape(x.shape)
    return Lifted(np.roll(x.inner, shift, axis=x.seen_axes(axis)))


def _expand_dims(x: Lifted, axis: Any) -> Lifted:
    more = len(axis) if is_tuple(axis) else 1
    return Lifted(np.expand_dims(x.inner, x.seen_axes(axis, more)))


def _squeeze(x: Lifted, axis: Axes = None) -> Lifted:
    gone = tuple(k for k, n in enumerate(x.shape) if n == 1) if axis is None else x.seen_axes(axis)
    return Lifted(np.squeeze(x.inner, axis=gone))


def _pad(x: Lifted, width: Any, *args: Any, **kwargs: Any) -> Lifted:
    around = [*np.broadcast_to(width, (x.ndim, 2)).tolist(), [0, 0]]
    return Lifted(np.pad(x.inner, around, *args, **kwargs))


def _tile(x: Lifted, times: Any) -> Lifted:
    times = (times,) if np.ndim(times) == 0 else tuple(times)
    return Lifted(np.tile(x.inner, (*times, 1)))


def _split(x: Lifted, parts: Any, axis: int = 0) -> list[Lifted]:
    return [Lifted(part) for part in np.split(x.inner, parts, axis=x.seen_axes(axis))]


def _diagonal(x: Lifted, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Lifted:
    return Lifted(np.swapaxes(np.diagonal(x.inner, offset, x.seen_axes(axis1), x.seen_axes(axis2)), -1, -2))


def _triangle(func: Callable[..., Any]) -> Callable[..., Lifted]:
    def rule(x: Lifted, k: int = 0) -> Lifted:
        return Lifted(np.moveaxis(func(np.moveaxis(x.inner, -1, 0), k), 0, -1))

    return rule


def _reshape(x: Lifted, shape: Any) -> Lifted:
    return x.reshape(shape)


def _ravel(x: Lifted) -> Lifted:
    return x.reshape(-1)


def _transpose(x: Lifted, axes: Any = None) -> Lifted:
    return x.transpose(*(axes or ()))


def _copy(x: Lifted) -> Lifted:
    return x


def _swapaxes(x: Lifted, a: int, b: int) -> Lifted:
    return Lifted(np.swapaxes(x.inner, x.seen_axes(a), x.seen_axes(b)))


def _moveaxis(x: Lifted, a: Any, b: Any) -> Lifted:
    return Lifted(np.moveaxis(x.inner, x.seen_axes(a), x.seen_axes(b)))


def _zeros_like(x: Lifted) -> Lifted:
    return Lifted(np.zeros_like(x.inner))


def _atleast_1d(x: Lifted) -> Lifted:
    return x if x.ndim else x.reshape(1)


def _atleast_2d(x: Lifted) -> Lifted:
    return x if x.ndim > 1 else x.reshape(1, -1)


def _take_along_axis(x: Any, index: Any, axis: int = -1) -> Lifted:
    if not isinstance(x, Lifted):
        axis = axis % x.ndim
        x = Lifted(np.broadcast_to(x[..., None], (*x.shape, index.examples)))
    index = np.broadcast_to(_inner(index), (*np.shape(index), x.examples))
    return Lifted(np.take_along_axis(x.inner, index, x.seen_axes(axis)))


_RULES: dict[Callable[..., Any], Callable[..., Any]] = {
    np.concatenate: _concatenate, np.stack: _stack, np.where: _where, np.broadcast_to: _broadcast_to,
    np.take: _along(np.take), np.repeat: _along(np.repeat), np.flip: _flip, np.roll: _roll, np.pad: _pad,
    np.expand_dims: _expand_dims, np.squeeze: _squeeze, np.tile: _tile, np.split: _split, np.diagonal: _diagonal,
    np.tril: _triangle(np.tril), np.triu: _triangle(np.triu), np.take_along_axis: _take_along_axis,
    np.reshape: _reshape, np.ravel: _ravel, np.transpose: _transpose, np.copy: _copy, np.swapaxes: _swapaxes,
    np.moveaxis: _moveaxis, np.zeros_like: _zeros_like, np.atleast_1d: _atleast_1d, np.atleast_2d: _atleast_2d,
}  # fmt: skip

"""How many floating-point operations NumPy code makes, counted as it runs: its arrays are watched, its source is not.

    A @ B, dot, einsum …  2 for each product that is summed                              (1)
    any other ufunc       1 for each number that comes out, whatever function it is      (2)
    a reduction           1 for each number that goes in                                 (3)

What moves numbers about (copies, gathers, comparisons) is none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

_count = [0]


class _Watched(np.ndarray):
    """An array whose operations are counted, and whose results are watched as well."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **kwargs: Any) -> Any:
        plain = [_plain(x) for x in inputs]
        if out is not None:
            kwargs["out"] = tuple(_plain(x) for x in out)
        result = getattr(ufunc, method)(*plain, **kwargs)
        _count[0] += _operations(ufunc, method, plain, result)
        if out is not None:
            return out[0] if len(out) == 1 else out
        return _watched(result)

    def __array_function__(self, func: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        if func is np.einsum:
            plain = [_plain(x) for x in args]
            _count[0] += _einsum(*plain)
            return _watched(func(*plain, **{k: _plain(v) for k, v in kwargs.items()}))
        if func in (np.dot, np.inner, np.vdot, np.tensordot):
            a, b, *how = (_plain(x) for x in args)
            result = func(a, b, *how, **kwargs)
            shared = (np.size(a) * np.size(b) / max(np.size(result), 1)) ** 0.5  # |a| = m k, |b| = k n, |result| = m n
            _count[0] += 2 * round(np.size(result) * shared)
            return _watched(result)
        return super().__array_function__(func, types, args, kwargs)


def operations(fast: Any, values: dict[str, Any], settings: dict[str, Any], g: np.ndarray) -> int:
    """Floating-point operations of `fast.backward` for the upstream gradient g.

    Args:
        fast: NumPy code with forward and backward.
        values, settings: what forward is given.
    """
    _, saved = fast.forward(**{a: _watched(np.asarray(v)) for a, v in values.items()}, **settings)
    _count[0] = 0
    fast.backward(_watched(g), saved)
    return _count[0]


def _operations(ufunc: np.ufunc, method: str, inputs: list[Any], result: Any) -> int:
    results = result if isinstance(result, tuple) else (result,)
    if not any(np.asarray(r).dtype.kind in "fc" for r in results if r is not None):
        return 0
    if ufunc is np.matmul:
        return 2 * int(np.size(result)) * int(np.shape(inputs[0])[-1])  # (1)
    if method == "__call__":
        return sum(int(np.size(r)) for r in results)  # (2)
    return int(np.size(inputs[0]))  # (3)


def _einsum(subscripts: Any, *operands: Any) -> int:
    """(1): the extents of all letters multiplied; an ellipsis stands for the axes that no letter names."""
    extents: dict[Any, int] = {}
    for letters, x in zip(str(subscripts).replace(" ", "").partition("->")[0].split(","), operands, strict=False):
        before, _, after = letters.partition("...")
        shape = np.shape(x)
        unnamed = len(shape) - len(before) - len(after) if "..." in letters else 0
        labels = [*before, *(k - unnamed for k in range(unnamed)), *after]
        extents |= dict(zip(labels, shape, strict=True))
    return min(len(operands), 2) * int(np.prod(list(extents.values()), initial=1))


def _plain(x: Any) -> Any:
    return x.view(np.ndarray) if isinstance(x, _Watched) else x


def _watched(x: Any) -> Any:
    if isinstance(x, tuple):
        return tuple(_watched(each) for each in x)
    return x.view(_Watched) if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x

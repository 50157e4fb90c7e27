"""What a value of any type is, asked so that a type checker knows what follows from it, and no less than before.

`isinstance` and `scipy.sparse.issparse`, asked of a value whose type is `Any`, make of it a class with unknown parts
for the checker: an array of unknown numbers, a list of unknown things. These answer the same questions.
"""

from __future__ import annotations

from typing import Any, TypeGuard

import numpy as np
from scipy import sparse

_type: Any = type
_where: Any = np.where


def is_sparse(A: Any) -> bool:
    """Whether A is one of SciPy's sparse matrices or arrays."""
    return sparse.issparse(A)


def is_csr(A: Any) -> bool:
    """Whether A is a csr_array."""
    return isinstance(A, sparse.csr_array)


def is_array(v: Any) -> TypeGuard[np.ndarray]:
    """Whether v is an ndarray, or of a class of its own made from it."""
    return isinstance(v, np.ndarray)


def is_listed(v: Any) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    """Whether v is a list or a tuple."""
    return isinstance(v, list | tuple)


def is_tuple(v: Any) -> TypeGuard[tuple[Any, ...]]:
    """Whether v is a tuple."""
    return isinstance(v, tuple)


def is_list(v: Any) -> TypeGuard[list[Any]]:
    """Whether v is a list."""
    return isinstance(v, list)


def is_dict(v: Any) -> TypeGuard[dict[Any, Any]]:
    """Whether v is a dict."""
    return isinstance(v, dict)


def class_of(v: Any) -> type[Any]:
    """The class of v."""
    return _type(v)


def where(condition: Any, a: Any, b: Any) -> Any:
    """np.where, of any arithmetic: of arguments that may be anything NumPy's own types say nothing."""
    return _where(condition, a, b)


def below(n: Any) -> np.ndarray:
    """The numbers 0, 1, …, n − 1."""
    return np.arange(int(n))

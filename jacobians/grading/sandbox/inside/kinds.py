"""What a value of any type is, asked so that a type checker knows what follows from it, and no less than before.

The same as jacobians/kinds.py, of which there is nothing in here.
"""

from typing import Any, TypeGuard

import numpy as np


def is_array(v: Any) -> TypeGuard[np.ndarray]:
    """Whether v is an ndarray, or of a class of its own made from it."""
    return isinstance(v, np.ndarray)


def is_numbers(v: Any) -> TypeGuard[np.ndarray]:
    """Whether v is an ndarray or one of NumPy's numbers."""
    return isinstance(v, np.ndarray | np.generic)


def is_listed(v: Any) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    """Whether v is a list or a tuple."""
    return isinstance(v, list | tuple)


def is_plain_list(v: Any) -> TypeGuard[list[Any]]:
    """Whether v is a list, and of no class made from it."""
    return type(v) is list


def is_plain_dict(v: Any) -> TypeGuard[dict[Any, Any]]:
    """Whether v is a dict, and of no class made from it."""
    return type(v) is dict


def is_dict(v: Any) -> TypeGuard[dict[Any, Any]]:
    """Whether v is a dict."""
    return isinstance(v, dict)

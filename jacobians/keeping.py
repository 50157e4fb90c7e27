"""kept: a function of shapes and settings remembers what it made.

All such functions share one store, and the longest unused goes first once it takes more than `STORE` bytes, or a
quarter of what a single matrix may take (memory.py): what a network has, and the points of a layer, are made once, and
a very large pattern leaves nothing behind.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, ParamSpec, TypeVar

from .kinds import is_tuple
from .memory import current_limit

P = ParamSpec("P")
R = TypeVar("R")
STORE = 1 << 28  # bytes
_lock = Lock()
_known: OrderedDict[Any, Any] = OrderedDict()
_taken = 0  # bytes


def kept(make: Callable[P, R]) -> Callable[P, R]:
    """Remember what a function made, by its arguments; without that where they cannot be told apart (a list).

    Args:
        make: of what it makes, `nbytes` says what it takes, or that of each part of a tuple.
    """

    @wraps(make)
    def remembered(*args: P.args, **kwargs: P.kwargs) -> R:
        key = (make, *args, *sorted(kwargs.items()))
        try:
            with _lock:
                found = _known.get(key)
                if found is not None:
                    _known.move_to_end(key)
                    return found
        except TypeError:
            return make(*args, **kwargs)
        made = make(*args, **kwargs)
        _keep(key, made)
        return made

    return remembered


def _keep(key: Any, made: Any) -> None:
    global _taken
    size, limit = _bytes(made), current_limit()
    room = STORE if limit is None else min(STORE, limit // 4)
    if size > room:
        return
    with _lock:
        if key not in _known:
            _known[key] = made
            _taken += size
        while _taken > room:
            _taken -= _bytes(_known.popitem(last=False)[1])


def _bytes(made: Any) -> int:
    return sum(map(_bytes, made)) if is_tuple(made) else getattr(made, "nbytes", 64)

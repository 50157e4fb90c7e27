"""What code on trial must leave as it was, the judge using it too: NumPy's functions, its error state, warnings."""

from __future__ import annotations

import warnings
from collections.abc import Generator
from contextlib import contextmanager

import numpy as np

_NUMPY = dict(vars(np))


@contextmanager
def guarded() -> Generator[list[str]]:
    """Run someone else's code; afterwards all is put back, and the list holds the names in NumPy that it replaced."""
    replaced: list[str] = []
    with np.errstate(), warnings.catch_warnings():
        try:
            yield replaced
        finally:
            replaced += _restored()


def _restored() -> list[str]:
    """The names in NumPy that are no longer what they were; they are again."""
    now = np.__dict__
    try:
        if _NUMPY.items() <= now.items():
            return []
    except Exception:  # what stands there now cannot even be compared
        pass
    replaced = [name for name, was in _NUMPY.items() if now.get(name) is not was]
    now.update({name: _NUMPY[name] for name in replaced})
    return replaced

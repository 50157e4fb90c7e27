"""How much of building L is its formula: the arithmetic of its values, which no way of filling arrays can save.

While `formula_share` runs, every function that builds a matrix is timed, wherever it is called from; the rest of the
time in `Layer.L` is the formula's own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any

from jacobians import along_axis, matrix, moving
from jacobians.geometry import Triples
from jacobians.layer import Layer
from jacobians.patterns import Pattern

_BUILDERS = (
    "I",
    "diag",
    "diags",
    "apart",
    "kron",
    "entries",
    "picks",
    "compact",
    "stack",
    "beside",
    "blocks",
    "in_type",
)
_PATTERNS = ((moving, ("moved", "joined")), (along_axis, ("terms", "slices")))


class Stopwatch:
    """Seconds spent in functions that it times; in one called by another only the outer one's count."""

    def __init__(self) -> None:
        self.seconds, self._depth = 0.0, 0

    def timed(self, function: Callable[..., Any], only: Callable[[], bool] = lambda: True) -> Callable[..., Any]:
        """The function, timed where `only` says so."""

        @wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            if self._depth or not only():
                return function(*args, **kwargs)
            self._depth, before = 1, time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds += time.perf_counter() - before
                self._depth = 0

        return run

    @property
    def running(self) -> bool:
        return self._depth > 0


@contextmanager
def _replaced(owner: Any, name: str, new: Any) -> Iterator[None]:
    """owner.name, there and in every module of ours that has it by that name."""
    old = getattr(owner, name)
    modules = [m for key, m in sys.modules.items() if key.startswith("jacobians")]
    places = [owner, *(m for m in modules if m is not owner and m.__dict__.get(name) is old)]
    try:
        for place in places:
            setattr(place, name, new)
        yield
    finally:
        for place in places:
            setattr(place, name, old)


def formula_share(call: Callable[[], Any], seconds: float = 0.02) -> float:
    """The part of the call's time, from 0 to 1, that formulas take."""
    formula, building = Stopwatch(), Stopwatch()
    with ExitStack() as stack:
        stack.enter_context(_replaced(Layer, "L", formula.timed(Layer.L)))
        for owner, name in ((Pattern, "fill"), (Triples, "L_x"), (Triples, "L_W")):
            new = building.timed(getattr(owner, name), lambda: formula.running)
            stack.enter_context(_replaced(owner, name, new))
        for owner, names in ((matrix, _BUILDERS), *_PATTERNS):
            for name in names:
                new = building.timed(getattr(owner, name), lambda: formula.running)
                stack.enter_context(_replaced(owner, name, new))
        started, shares = time.perf_counter(), list[float]()
        while len(shares) < 5 or time.perf_counter() - started < seconds:
            formula.seconds = building.seconds = 0.0
            before = time.perf_counter()
            call()
            shares.append((formula.seconds - building.seconds) / (time.perf_counter() - before))
    return max(0.0, sorted(shares)[len(shares) // 2])

"""The clock: contestants in interleaved rounds, so that whatever else the machine does falls on all of them alike."""

from __future__ import annotations

import random
import time
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Call = Callable[[], Any]
_SHORTEST = 2e-4  # seconds of one reading: the clock's own cost, some 1e-7 s, is lost in that
_LEAST, _MOST = 5, 200  # rounds


@dataclass(frozen=True)
class Timed:
    """Seconds of one call, over all rounds.

    Attributes:
        median, fastest: of the rounds.
        spread: half the distance between the quartiles, as a share of the median: the noise.
        rounds: how many there were.
    """

    median: float
    fastest: float
    spread: float
    rounds: int


def race(contestants: Mapping[str, Call], seconds: float = 0.5, seed: int = 0) -> dict[str, Timed]:
    """Time each contestant in every round, in an order drawn anew each round.

    Args:
        contestants: calls without arguments, by name.
        seconds: about how long all rounds together may take; at least five rounds are made.
        seed: of the orders.

    Returns:
        what each one took.
    """
    repeats = {name: _repeats(call) for name, call in contestants.items()}
    readings: dict[str, list[float]] = {name: [] for name in contestants}
    rng, order, started = random.Random(seed), list(contestants), time.perf_counter()
    for done in range(_MOST):
        if done >= _LEAST and time.perf_counter() - started > seconds:
            break
        rng.shuffle(order)
        for name in order:
            call, n = contestants[name], repeats[name]
            before = time.perf_counter()
            for _ in range(n):
                call()
            readings[name].append((time.perf_counter() - before) / n)
    return {name: _summary(sorted(found)) for name, found in readings.items()}


def _repeats(call: Call) -> int:
    """Warm up, and find how many calls make one reading long enough."""
    call()
    before = time.perf_counter()
    call()
    return max(1, int(_SHORTEST / max(time.perf_counter() - before, 1e-9)))


def _summary(readings: list[float]) -> Timed:
    n = len(readings)
    median, low, high = (readings[int(q * (n - 1))] for q in (0.5, 0.25, 0.75))
    return Timed(median, readings[0], (high - low) / 2 / median, n)


def peak_memory(call: Call) -> int:
    """Bytes allocated at most at one time during a call, beyond what was there before: NumPy's and Python's own."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

"""Contestants in processes of their own, timed in interleaved rounds on the same cores.

Libraries keep their threads awake for a while after each call: in one process, or right after one another, each would
run beside the others' idle threads. So each has its process, on as many cores as threads are asked for, and a pause
goes before each reading.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from jacobians.timing.clock import Timed

_PAUSE = 0.1  # seconds: longer than OpenBLAS and OpenMP keep their threads awake
_READING = 0.02  # seconds of one reading, at least
Make = Callable[..., Callable[[], Any]]


class Contestant:
    """One process that makes calls, and times them when it is asked to."""

    def __init__(self, make: Make, data: Callable[..., Any], threads: int):
        """`make(*data(…), threads)` gives the call. Both are functions of a module: the process imports them."""
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, make, data, threads), daemon=True)
        self.process.start()

    def ask(self, *message: Any) -> Any:
        """What the process answers.

        Raises:
            RuntimeError: it could not do that.
        """
        self.pipe.send(message)
        good, answer = self.pipe.recv()
        if not good:
            raise RuntimeError(answer)
        return answer


@contextmanager
def contestants(makes: dict[str, Make], data: Callable[..., Any], threads: int) -> Iterator[dict[str, Contestant]]:
    """A process for each, ended when the block is left."""
    found = {name: Contestant(make, data, threads) for name, make in makes.items()}
    try:
        yield found
    finally:
        for one in found.values():
            one.process.terminate()
            one.process.join()


def race(found: dict[str, Contestant], rounds: int, seed: int = 0) -> dict[str, Timed]:
    """Every contestant once in each round, in an order drawn anew."""
    readings: dict[str, list[float]] = {name: [] for name in found}
    rng, order = random.Random(seed), list(found)
    for _ in range(rounds):
        rng.shuffle(order)
        for name in order:
            time.sleep(_PAUSE)
            readings[name].append(found[name].ask("time", _READING))
    return {name: _summary(sorted(each)) for name, each in readings.items()}


def _summary(readings: list[float]) -> Timed:
    n = len(readings)
    low, median, high = (readings[int(q * (n - 1))] for q in (0.25, 0.5, 0.75))
    return Timed(median, readings[0], (high - low) / 2 / median, n)


def _serve(pipe: Connection, make: Make, data: Callable[..., Any], threads: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted, and ends this process
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-threads:])
    if threads == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    from threadpoolctl import threadpool_limits

    call: Any = None
    while True:
        what, *given = pipe.recv()
        try:
            if what == "make":
                call = make(*data(*given), threads)
                call()
                threadpool_limits(threads)  # of the libraries that are loaded by now
                found = call()
                pipe.send((True, None if found is None else np.asarray(found, np.float64)))
            else:
                pipe.send((True, _time(call, *given)))
        except Exception as error:
            pipe.send((False, f"{type(error).__name__}: {str(error)[:200]}"))


def _time(call: Callable[[], Any], seconds: float) -> float:
    """Seconds of one call: the mean of as many as fill the time, after one that wakes the threads."""
    call()
    n, started = 0, time.perf_counter()
    while True:
        call()
        n += 1
        if (passed := time.perf_counter() - started) >= seconds:
            return passed / n

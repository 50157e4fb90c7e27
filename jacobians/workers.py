"""Checks side by side: the twins of many layers, on all cores."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

from .layers import find
from .memory import current_limit, limit_for_good
from .verify.check import check
from .verify.results import Report

WORTH_IT = 8  # below so many layers, starting another Python costs more than it saves


def check_twin(
    name: str, formats: tuple[str, ...], seed: int, settings: dict[str, Any], lengths: tuple[int, ...] = ()
) -> Report:
    """The check of one layer's twin in reference/, by name: what a worker process is given."""
    twin = importlib.import_module(f"reference.{name}")
    return check(twin, find(name), formats, seed, settings, lengths=lengths)


def check_twins(
    names: list[str], formats: tuple[str, ...], seed: int, lengths: tuple[int, ...] = ()
) -> Iterator[Report]:
    """The reports of many twins, in the order of the names, computed on all cores.

    Ctrl-C raises KeyboardInterrupt here; the workers ignore it and end.
    """
    one: Callable[[str], Report] = partial(check_twin, formats=formats, seed=seed, settings={}, lengths=lengths)
    workers = min(len(names), os.cpu_count() or 1)
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=spawn, initializer=_start, initargs=(current_limit(),))
    try:
        yield from pool.map(one, names, chunksize=2)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _start(memory: int | None) -> None:
    """A worker ignores Ctrl-C, which its parent answers, and keeps to its parent's limit of memory."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit_for_good(memory)

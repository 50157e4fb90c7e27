"""What this machine can do, measured in the same run: memory bandwidth, and the peak of a matrix product."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import UnknownName
from .clock import race

_LARGE = 1 << 25  # bytes: more than the caches of most cores hold
_MOST = 8  # times that: 256 MB, however many threads
_SIDE = 768  # of the square matrices whose product shows the peak


@contextmanager
def threads(n: int) -> Generator[None]:
    """Within this block BLAS and OpenMP use n threads, PyTorch too; JAX, whose pool cannot be told, n cores.

    Raises:
        UnknownName: threadpoolctl, which sets that, is not installed.
    """
    try:
        threadpoolctl: Any = import_module("threadpoolctl")
    except ImportError:
        raise UnknownName("timing pins threads with threadpoolctl: pip install '.[bench]'") from None
    torch = sys.modules.get("torch")
    before = torch.get_num_threads() if torch else 0
    try:
        with threadpoolctl.threadpool_limits(n), _on_cores(n if "jax" in sys.modules else cores()):
            if torch:
                torch.set_num_threads(n)
            yield
    finally:
        if torch:
            torch.set_num_threads(before)


@contextmanager
def _on_cores(n: int) -> Generator[None]:
    """Every thread of this process on n of its cores, where the system can do that."""
    tasks = Path("/proc/self/task")
    every = os.sched_getaffinity(0) if tasks.is_dir() else set[int]()
    if n >= len(every):
        yield
        return
    try:
        _pin(tasks, set(sorted(every)[:n]))
        yield
    finally:
        _pin(tasks, every)


def _pin(tasks: Path, to: set[int]) -> None:
    for task in tasks.iterdir():
        with suppress(OSError):  # one that has just ended
            os.sched_setaffinity(int(task.name), to)


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def bandwidth(n: int = 1, seconds: float = 0.2) -> float:
    """Bytes a second that n threads read and write together, each copying its part of an array larger than caches."""
    source = np.ones(_LARGE // 8 * min(n, _MOST))
    target = np.empty_like(source)
    parts = [np.array_split(v, n) for v in (target, source)]
    with ThreadPoolExecutor(n) as pool:  # NumPy lets go of the interpreter's lock while it copies
        timed = race({"copy": lambda: list(pool.map(np.copyto, *parts))}, seconds)["copy"]
    return 2 * source.nbytes / timed.fastest


def product_peak(dtype: str, seconds: float = 0.2) -> float:
    """Multiplications and additions a second in a large matrix product, with the threads that are set."""
    A = np.ones((_SIDE, _SIDE), dtype)
    out = np.empty_like(A)
    timed = race({"product": lambda: np.matmul(A, A, out=out)}, seconds)["product"]
    return 2 * _SIDE**3 / timed.fastest

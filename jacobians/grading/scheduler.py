"""A Dask cluster as the executor of a class run (extra: dask)."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import Executor
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from ..errors import BadFile


@contextmanager
def dask_executor(address: str, patience: float = 10) -> Generator[Executor]:
    """The executor of the cluster whose scheduler is at this address ("tcp://host:8786").

    `patience`: seconds to wait for it to answer.

    Its workers need this package installed, and be processes with one thread each (`dask worker --nthreads 1`).

    Raises:
        BadFile: Dask is not installed, or nothing answers there.
    """
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise BadFile("--scheduler needs Dask: pip install '.[dask]'") from None
    try:
        client = distributed.Client(address, timeout=patience)
    except (OSError, ValueError, TypeError, ImportError) as error:
        raise BadFile(f"--scheduler {address}: no Dask scheduler answers there ({error})") from None
    try:
        yield client.get_executor(pure=False)
    finally:
        client.close()

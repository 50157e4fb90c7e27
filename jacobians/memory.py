"""How much memory a matrix may take: one limit, asked before anything large is allocated."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from .errors import TooLarge

LARGE = 10**8  # bytes: from here on a person may want to know before they are taken
_limit: ContextVar[int | None] = ContextVar("limit", default=None)
_say: ContextVar[Callable[[str], None] | None] = ContextVar("say", default=None)


def available() -> int:
    """Bytes of memory free for use now, as the system tells; 4 GiB where it does not."""
    try:
        with open("/proc/meminfo") as lines:
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return 4 << 30


@contextmanager
def limit(size: int) -> Iterator[None]:
    """Within this block no single matrix takes more than `size` bytes."""
    token = _limit.set(size)
    try:
        yield
    finally:
        _limit.reset(token)


@contextmanager
def telling(say: Callable[[str], None]) -> Iterator[None]:
    """Within this block a matrix of more than LARGE bytes is announced before it is made, once for each shape."""
    said: set[str] = set()

    def once(text: str) -> None:
        if text not in said:
            said.add(text)
            say(text)

    token = _say.set(once)
    try:
        yield
    finally:
        _say.reset(token)


def current_limit() -> int | None:
    """The bytes that a single matrix may take here; None: what is free decides."""
    return _limit.get()


def limit_for_good(size: int | None) -> None:
    """The same limit as `limit`, for as long as this process lives: for a worker that has its parent's."""
    _limit.set(size)


def amount(size: float) -> str:
    """Bytes as a person writes them: '68.7 GB'."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} TB"


def require(shape: tuple[int, int], size: int, kind: str, instead: str) -> None:
    """Refuse a matrix of this shape and size in bytes that would not fit.

    Raises:
        TooLarge: with the shape, the size, the room there is, and `instead`.
    """
    room = _limit.get()
    if size <= (1 << 24) and room is None:
        return  # asking the system costs more than 16 MiB do
    room = available() if room is None else room
    if size > LARGE and (say := _say.get()) and size <= room:
        say(f"a {kind} Jacobian of {shape[0]} × {shape[1]} comes to about {amount(size)}; {amount(room)} are free")
    if size > room:
        raise TooLarge(
            f"a {kind} Jacobian of {shape[0]} × {shape[1]} takes {amount(size)}, and there is room for "
            f"{amount(room)}: {instead}"
        )

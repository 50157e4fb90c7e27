"""Calls of the C library that Python has no name for."""

from __future__ import annotations

import ctypes
import os
from functools import cache
from typing import Any


@cache
def libc() -> ctypes.CDLL:
    """The C library, opened once: before the first fork."""
    return ctypes.CDLL(None, use_errno=True)


def checked(result: int, what: str) -> int:
    """The result of a call.

    Raises:
        OSError: it is -1, or another number below 0.
    """
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def prctl(what: str, option: int, *arguments: Any) -> None:
    """prctl(2), its arguments filled up with zeros.

    Raises:
        OSError: the kernel refused.
    """
    given = [a if not isinstance(a, int) else ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)[:4]]
    checked(libc().prctl(option, *given), what)


def system_call(what: str, number: int, *arguments: int | bytes | None) -> int:
    """A system call by its number.

    Raises:
        OSError: the kernel refused.
    """
    libc().syscall.restype = ctypes.c_long
    given = [ctypes.c_long(a) if isinstance(a, int) else ctypes.c_char_p(a) for a in arguments]
    return checked(libc().syscall(ctypes.c_long(number), *given), what)

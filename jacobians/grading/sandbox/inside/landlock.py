"""Landlock: a process gives up its rights to files, for good, but for reading a few folders.

Kernel documentation: Documentation/userspace-api/landlock.rst. The system calls have the same numbers everywhere.
Nothing may be executed, written, made or removed anywhere; where the kernel knows how, no TCP (ABI 4), no signal and
no abstract socket to a process outside (ABI 6).
"""

from __future__ import annotations

import contextlib
import os
import stat
import struct
import sys
from collections.abc import Iterable

from .libc import system_call

READ_FILE, READ_DIR = 1 << 2, 1 << 3
_FILES = {1: 13, 2: 14, 3: 15, 5: 16}  # ABI: how many of the rights to files it knows
_CREATE, _ADD, _RESTRICT = 444, 445, 446


def abi() -> int:
    """The kernel's version of Landlock; 0: it has none, or it is switched off."""
    if not sys.platform.startswith("linux"):
        return 0
    with contextlib.suppress(OSError):
        return system_call("Landlock", _CREATE, None, 0, 1)
    return 0


def ruleset(readable: Iterable[str]) -> int:
    """A file descriptor of the rule that only these files and folders may be read.

    Raises:
        OSError: the kernel refused.
    """
    version = abi()
    rights = max((n for since, n in _FILES.items() if since <= version), default=0)
    net, scope = (3 if version >= 4 else 0), (3 if version >= 6 else 0)
    attributes = struct.pack("=QQQ", (1 << rights) - 1, net, scope)[: 8 if version < 4 else 16 if version < 6 else 24]
    made = system_call("Landlock", _CREATE, attributes, len(attributes), 0)
    for path in readable:
        _allow(made, path)
    return made


def _allow(ruleset: int, path: str) -> None:
    opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        folder = stat.S_ISDIR(os.fstat(opened).st_mode)
        rule = struct.pack("=Qi", READ_FILE | READ_DIR if folder else READ_FILE, opened)
        system_call("Landlock", _ADD, ruleset, 1, rule, 0)
    finally:
        os.close(opened)


def restrict(ruleset: int) -> None:
    """Put this thread and all that it will start under the rule. `no_new_privs` must be set.

    Raises:
        OSError: the kernel refused.
    """
    system_call("Landlock", _RESTRICT, ruleset, 0)

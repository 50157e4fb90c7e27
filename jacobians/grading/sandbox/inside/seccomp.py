"""seccomp: a filter in the kernel that lets through only the system calls of syscalls.py.

Kernel documentation: Documentation/userspace-api/seccomp_filter.rst; struct seccomp_data is
(nr, arch, instruction pointer, six arguments of 8 bytes). No argument that is judged here is wider than 32 bits in the
kernel, and both architectures are little-endian, so the low word is what counts.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterable

from . import syscalls as calls
from .libc import prctl

ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
NR, ARCH, ARGUMENT = 0, 4, 16
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_X32 = 0x40000000  # numbers of x86-64's other calling convention

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
NEW_NAMESPACES, SIBLING = 0x7E020000, 0x00008000  # CLONE_NEW…, CLONE_PARENT of linux/sched.h
IOCTLS = (0x5401, 0x5413, 0x541B, 0x5450, 0x5451)  # is it a terminal, its size, FIONREAD, FIONCLEX, FIOCLEX
FCNTLS = (0, 1, 2, 3, 4, 1030)  # copies and flags of descriptors; not F_SETOWN, F_SETSIG: a way to send signals

Instruction = tuple[int, int, int, int]


def architecture() -> int | None:
    """The kernel's name of this machine's calling convention; None: not one that the filter is written for."""
    if not sys.platform.startswith("linux") or struct.calcsize("P") != 8:
        return None
    return {"x86_64": calls.X86_64, "aarch64": calls.AARCH64}.get(platform.machine())


def program(arch: int, pid: int, processes: bool) -> list[Instruction]:
    """The filter.

    Args:
        pid: the process that may signal, and set the limits of, itself alone.
        processes: whether it may start others, and threads.
    """
    column = 0 if arch == calls.X86_64 else 1
    code = [(_LOAD, 0, 0, ARCH), (_EQUAL, 1, 0, arch), (_RETURN, 0, 0, KILL), (_LOAD, 0, 0, NR)]
    if column == 0:
        code += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, KILL)]
    for numbers in calls.FREE.values():
        code += _on(numbers[column], [(_RETURN, 0, 0, ALLOW)])
    code += _on(calls.OPEN[column], _without(1, WRITES, errno.EACCES))
    code += _on(calls.OPENAT[column], _without(2, WRITES, errno.EACCES))
    code += _on(calls.IOCTL[column], _one_of(1, IOCTLS))
    code += _on(calls.FCNTL[column], _one_of(1, FCNTLS))
    code += _on(calls.KILL[column], _one_of(0, [pid]))
    code += _on(calls.TGKILL[column], _one_of(0, [pid]))
    code += _on(calls.PRLIMIT[column], _one_of(0, [0, pid]))
    if processes:
        code += _on(calls.CLONE[column], _without(0, NEW_NAMESPACES | SIBLING, errno.EPERM))
        for numbers in calls.FORKS.values():
            code += _on(numbers[column], [(_RETURN, 0, 0, ALLOW)])
    for numbers in calls.NEWER.values():
        code += _on(numbers[column], [_refuse(errno.ENOSYS)])
    return [*code, _refuse(errno.EPERM)]


def _on(number: int, block: list[Instruction]) -> list[Instruction]:
    """The block, which ends in returns, for this system call; the next instruction for others."""
    return [(_EQUAL, 0, len(block), number), *block] if number >= 0 else []


def _one_of(argument: int, values: Iterable[int]) -> list[Instruction]:
    block = [(_LOAD, 0, 0, ARGUMENT + 8 * argument)]
    for v in values:
        block += [(_EQUAL, 0, 1, v), (_RETURN, 0, 0, ALLOW)]
    return [*block, _refuse(errno.EPERM)]


def _without(argument: int, bits: int, otherwise: int) -> list[Instruction]:
    load = (_LOAD, 0, 0, ARGUMENT + 8 * argument)
    return [load, (_ANY_BIT, 0, 1, bits), _refuse(otherwise), (_RETURN, 0, 0, ALLOW)]


def _refuse(code: int) -> Instruction:
    return (_RETURN, 0, 0, REFUSE | code)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def install(code: list[Instruction]) -> None:
    """Put this process and all that it will start under the filter, for good. `no_new_privs` must be set.

    Raises:
        OSError: the kernel refused.
    """
    packed = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *i) for i in code))
    given = _Program(len(code), ctypes.cast(packed, ctypes.c_void_p))
    prctl("seccomp", 22, 2, ctypes.byref(given))  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER

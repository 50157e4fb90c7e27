"""The submission that the sandbox puts to itself at its start: each function really tries one thing.

It returns what it got, or raises what refused it. A guard against accidents, not a secret: anyone may read it.
"""

import ctypes
import os
import signal
import socket
import struct

import numpy as np


def own_user() -> int:
    """Who it runs as."""
    return os.getuid()


def parent_memory(pid: int, address: int, size: int) -> bytes:
    """By the file, then by the system call."""
    try:
        with open(f"/proc/{pid}/mem", "rb") as f:
            f.seek(address)
            return f.read(size)
    except OSError as error:
        libc, buffer = ctypes.CDLL(None, use_errno=True), ctypes.create_string_buffer(size)
        near, far = struct.pack("QQ", ctypes.addressof(buffer), size), struct.pack("QQ", address, size)
        if not hasattr(libc, "process_vm_readv"):
            raise error
        if libc.process_vm_readv(pid, near, ctypes.c_ulong(1), far, ctypes.c_ulong(1), ctypes.c_ulong(0)) != size:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno())) from None
        return buffer.raw


def trace_parent(pid: int) -> None:
    """PTRACE_SEIZE: it does not stop the parent."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(0x4206, ctypes.c_long(pid), None, None):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def read_file(path: str) -> bytes:
    """The bytes of a file."""
    with open(path, "rb") as f:
        return f.read()


def list_folder(path: str) -> list[str]:
    """The names in a folder."""
    return os.listdir(path)


def write_file(path: str) -> None:
    """Make a file."""
    with open(path, "w") as f:
        f.write("written")


def network(address: tuple[str, int]) -> int:
    """A datagram needs nobody who listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        return s.sendto(b"x", tuple(address))


def signal_parent(pid: int) -> None:
    """Signal 0 does nothing; whether it may be sent is what counts."""
    os.kill(pid, 0)


def start_processes(count: int) -> int:
    """Processes that do nothing, until one is refused."""
    started: list[int] = []
    try:
        for _ in range(count):
            pid = os.fork()
            if not pid:
                signal.pause()
                os._exit(0)
            started.append(pid)
    finally:
        for pid in started:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    return len(started)


def execute(program: str) -> None:
    """Become another program."""
    os.execv(program, [program])


def take_memory(size: int) -> float:
    """Take it, and touch it."""
    return float(np.ones(size // 8).sum())


def compute_for_ever() -> None:
    """Use the processor."""
    while True:
        pass


def wait_for_ever() -> None:
    """Use no processor."""
    signal.pause()


def import_module(name: str) -> str:
    """Import by name."""
    return __import__(name).__name__

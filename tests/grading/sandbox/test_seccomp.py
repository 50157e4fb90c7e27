"""The filter, carried out instruction by instruction, for both kinds of machine; the numbers against the kernel's."""

import errno
import os
import re
from pathlib import Path

import pytest

from jacobians.grading.sandbox.inside import seccomp, syscalls
from jacobians.grading.sandbox.inside.seccomp import ALLOW, KILL, REFUSE

PID = 4242
ARCHS = {"x86_64": syscalls.X86_64, "aarch64": syscalls.AARCH64}
HEADERS = {
    "x86_64": ["/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h"],
    "aarch64": ["/usr/include/asm-generic/unistd.h"],
}


def run(code: list[seccomp.Instruction], arch: int, number: int, *arguments: int) -> int:
    """What the kernel's machine makes of a filter: Documentation/networking/filter.rst."""
    data = {0: number, 4: arch} | {16 + 8 * k: a & 0xFFFFFFFF for k, a in enumerate(arguments)}
    at, register = 0, 0
    while True:
        operation, yes, no, k = code[at]
        at += 1
        match operation:
            case 0x20:
                register = data.get(k, 0)
            case 0x06:
                return k
            case _:
                tests = {0x15: register == k, 0x35: register >= k, 0x45: bool(register & k)}
                at += yes if tests[operation] else no


@pytest.fixture(params=ARCHS)
def arch(request: pytest.FixtureRequest) -> str:
    return request.param


def numbers(arch: str) -> dict[str, int]:
    """Every system call that the filter names."""
    named = {**syscalls.FREE, **syscalls.NEWER, **syscalls.FORKS}
    special = ("open", "openat", "ioctl", "fcntl", "kill", "tgkill", "prlimit64", "clone")
    both = (syscalls.OPEN, syscalls.OPENAT, syscalls.IOCTL, syscalls.FCNTL, syscalls.KILL, syscalls.TGKILL)
    named |= dict(zip(special, (*both, syscalls.PRLIMIT, syscalls.CLONE), strict=True))
    return {name: pair[arch == "aarch64"] for name, pair in named.items() if pair[arch == "aarch64"] >= 0}


def test_the_numbers_are_the_kernels(arch: str) -> None:
    header = next((Path(h) for h in HEADERS[arch] if Path(h).exists()), None)
    if header is None:
        pytest.skip("the kernel's headers are not installed here")
    text = header.read_text()
    there = {n: int(v) for n, v in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", text)}
    generic = {"newfstatat": "fstatat", "pread64": "pread64"}  # names of the generic table that differ
    for name, number in numbers(arch).items():
        assert number == there.get(name, there.get(generic.get(name, ""))), name
    assert len(set(numbers(arch).values())) == len(numbers(arch))


def test_what_computing_needs_passes(arch: str) -> None:
    code = seccomp.program(ARCHS[arch], PID, processes=False)
    for name, pair in syscalls.FREE.items():
        number = pair[arch == "aarch64"]
        if number >= 0:
            assert run(code, ARCHS[arch], number) == ALLOW, name


def test_everything_else_is_refused(arch: str) -> None:
    code = seccomp.program(ARCHS[arch], PID, processes=False)
    named = set(numbers(arch).values())
    for number in range(1000):
        if number not in named:
            assert run(code, ARCHS[arch], number) == REFUSE | errno.EPERM, number


def test_another_convention_is_the_end(arch: str) -> None:
    code = seccomp.program(ARCHS[arch], PID, processes=False)
    for other in (0x40000003, 0x40000028, *(a for a in ARCHS.values() if a != ARCHS[arch])):  # i386, arm
        assert run(code, other, 0) == KILL
    if arch == "x86_64":
        assert run(code, ARCHS[arch], 0x40000000) == KILL  # x32


def test_files_are_opened_to_be_read(arch: str) -> None:
    code, opened = seccomp.program(ARCHS[arch], PID, processes=False), numbers(arch)
    for flags in (os.O_RDONLY, os.O_RDONLY | os.O_CLOEXEC, os.O_RDONLY | os.O_DIRECTORY):
        assert run(code, ARCHS[arch], opened["openat"], -100, 0, flags) == ALLOW
    for flags in (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, os.O_APPEND | os.O_WRONLY):
        assert run(code, ARCHS[arch], opened["openat"], -100, 0, flags) == REFUSE | errno.EACCES
        if "open" in opened:
            assert run(code, ARCHS[arch], opened["open"], 0, flags) == REFUSE | errno.EACCES


def test_only_itself_is_signalled_and_limited(arch: str) -> None:
    code, calls = seccomp.program(ARCHS[arch], PID, processes=False), numbers(arch)
    for name in ("kill", "tgkill", "prlimit64"):
        assert run(code, ARCHS[arch], calls[name], PID) == ALLOW
        for other in (1, -1, -PID, PID + 1):
            assert run(code, ARCHS[arch], calls[name], other) == REFUSE | errno.EPERM
    assert run(code, ARCHS[arch], calls["prlimit64"], 0) == ALLOW
    assert run(code, ARCHS[arch], calls["kill"], 0) == REFUSE | errno.EPERM  # its whole process group


def test_descriptors_cannot_be_made_to_send_signals(arch: str) -> None:
    code, calls = seccomp.program(ARCHS[arch], PID, processes=False), numbers(arch)
    for command in (8, 10, 15, 1026):  # F_SETOWN, F_SETSIG, F_SETOWN_EX, F_NOTIFY
        assert run(code, ARCHS[arch], calls["fcntl"], 0, command) == REFUSE | errno.EPERM
    for command in (0x8901, 0x8902, 0x5412, 0x5452):  # FIOSETOWN, SIOCSPGRP, TIOCSTI, FIOASYNC
        assert run(code, ARCHS[arch], calls["ioctl"], 0, command) == REFUSE | errno.EPERM


def test_processes_only_where_they_are_allowed_and_in_no_namespace_of_their_own(arch: str) -> None:
    calls = numbers(arch)
    alone = seccomp.program(ARCHS[arch], PID, processes=False)
    several = seccomp.program(ARCHS[arch], PID, processes=True)
    thread = 0x3D0F00
    assert run(alone, ARCHS[arch], calls["clone"], thread) == REFUSE | errno.EPERM
    assert run(several, ARCHS[arch], calls["clone"], thread) == ALLOW
    assert run(several, ARCHS[arch], calls["clone"], 17) == ALLOW  # SIGCHLD: fork
    for flag in (0x20000, 0x10000000, 0x40000000, 0x8000):  # NEWNS, NEWUSER, NEWNET, PARENT
        assert run(several, ARCHS[arch], calls["clone"], 17 | flag) == REFUSE | errno.EPERM
    for code in (alone, several):
        assert run(code, ARCHS[arch], calls["clone3"]) == REFUSE | errno.ENOSYS


def test_the_filter_fits_into_the_kernel(arch: str) -> None:
    assert len(seccomp.program(ARCHS[arch], PID, processes=True)) < 4096  # BPF_MAXINSNS

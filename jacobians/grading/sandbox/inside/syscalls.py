"""The system calls that Python and NumPy need to compute, by name: everything else is refused.

Numbers: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h (aarch64) of Linux; -1: not there.
"""

from __future__ import annotations

X86_64, AARCH64 = 0xC000003E, 0xC00000B7  # AUDIT_ARCH_… of linux/audit.h

FREE: dict[str, tuple[int, int]] = {
    # reading and writing what is open, looking at files
    "read": (0, 63), "write": (1, 64), "close": (3, 57), "stat": (4, -1), "fstat": (5, 80), "lstat": (6, -1),
    "poll": (7, -1), "lseek": (8, 62), "pread64": (17, 67), "readv": (19, 65), "writev": (20, 66),
    "access": (21, -1), "select": (23, -1), "dup": (32, 23), "dup2": (33, -1), "getcwd": (79, 17),
    "readlink": (89, -1), "fadvise64": (221, 223), "getdents64": (217, 61), "newfstatat": (262, 79),
    "readlinkat": (267, 78), "faccessat": (269, 48), "pselect6": (270, 72), "ppoll": (271, 73), "dup3": (292, 24),
    "pipe": (22, -1), "pipe2": (293, 59), "statx": (332, 291), "close_range": (436, 436), "faccessat2": (439, 439),
    # memory
    "mmap": (9, 222), "mprotect": (10, 226), "munmap": (11, 215), "brk": (12, 214), "mremap": (25, 216),
    "madvise": (28, 233),
    # time, signals of its own, threads of its own
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "rt_sigsuspend": (130, 133),
    "sigaltstack": (131, 132), "pause": (34, -1), "nanosleep": (35, 101), "getitimer": (36, 102), "alarm": (37, -1),
    "setitimer": (38, 103), "gettimeofday": (96, 169), "times": (100, 153), "clock_gettime": (228, 113),
    "clock_getres": (229, 114), "clock_nanosleep": (230, 115), "restart_syscall": (219, 128), "futex": (202, 98),
    "sched_yield": (24, 124), "sched_getaffinity": (204, 123), "set_tid_address": (218, 96),
    "set_robust_list": (273, 99), "rseq": (334, 293),
    # about itself
    "getpid": (39, 172), "gettid": (186, 178), "getppid": (110, 173), "getuid": (102, 174), "getgid": (104, 176),
    "geteuid": (107, 175), "getegid": (108, 177), "getrlimit": (97, 163), "getrusage": (98, 165), "uname": (63, 160),
    "sysinfo": (99, 179), "getrandom": (318, 278), "wait4": (61, 260), "exit": (60, 93), "exit_group": (231, 94),
}  # fmt: skip

# Allowed with some arguments only; see seccomp.py
OPEN, OPENAT, IOCTL, FCNTL = (2, -1), (257, 56), (16, 29), (72, 25)
KILL, TGKILL, PRLIMIT, CLONE = (62, 129), (234, 131), (302, 261), (56, 220)
# Refused as if the kernel were too old, so that the C library takes the older call
NEWER: dict[str, tuple[int, int]] = {"clone3": (435, 435), "openat2": (437, 437)}
FORKS: dict[str, tuple[int, int]] = {"fork": (57, -1), "vfork": (58, -1)}

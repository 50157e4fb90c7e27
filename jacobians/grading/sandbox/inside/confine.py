"""A freshly forked worker gives up what it has, in the one order that works, before it sees a line of the student's.

session and descriptors, limits, user, capabilities, no_new_privs, Landlock, seccomp. A layer that the kernel has and
then refuses ends the worker: nothing is left out silently.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import signal
import struct
import sys
from typing import Any

from . import landlock, seccomp, users
from .libc import checked, libc, prctl

LINUX = sys.platform.startswith("linux")


def confine(settings: dict[str, Any], keep: list[int], uid: int | None, ruleset: int | None) -> None:
    """Apply every layer.

    Args:
        settings: the limits, and the layers to leave out (`without`).
        keep: the descriptors from 3 on that stay open.
        uid: the user and group to become; None: stay.
        ruleset: Landlock's; None: there is none.
    """
    os.umask(0o077)
    _close_all_but(keep + ([] if ruleset is None else [ruleset]))
    _limits(settings)
    if uid is not None:
        users.become(uid)
    if LINUX:
        _no_capabilities()
        prctl("parent's death", 1, signal.SIGKILL)  # whatever ends the zygote ends its workers
    if ruleset is not None:
        no_files(ruleset)
    if settings["seccomp"]:
        few_calls(settings["processes"] > 1)


def no_files(ruleset: int) -> None:
    """Landlock, and the promise to gain nothing by executing that it asks for.

    Raises:
        OSError: the kernel refused.
    """
    prctl("no_new_privs", 38, 1)
    landlock.restrict(ruleset)
    os.close(ruleset)


def few_calls(processes: bool) -> None:
    """seccomp, and the same promise.

    Raises:
        OSError: the kernel refused, or the filter is not written for this kind of machine.
    """
    arch = seccomp.architecture()
    if arch is None:
        raise OSError(errno.ENOSYS, "no filter for this kind of machine")
    prctl("no_new_privs", 38, 1)
    seccomp.install(seccomp.program(arch, os.getpid(), processes))


def _close_all_but(keep: list[int]) -> None:
    at = 3
    for fd in [*sorted(keep), 1 << 16]:
        os.closerange(at, fd)
        at = fd + 1


def _limits(settings: dict[str, Any]) -> None:
    import resource

    caps = {"RLIMIT_CORE": 0, "RLIMIT_FSIZE": 0, "RLIMIT_NOFILE": settings["open_files"], "RLIMIT_MEMLOCK": 0}
    caps |= {"RLIMIT_MSGQUEUE": 0, "RLIMIT_CPU": int(settings["total"]) + 10}  # the parent stops it long before
    if settings["own_user"]:  # counted for all processes of a user, so for one's own only
        caps["RLIMIT_NPROC"] = settings["processes"]
    if LINUX:
        with open("/proc/self/statm") as f:
            caps["RLIMIT_AS"] = int(f.read().split()[0]) * os.sysconf("SC_PAGE_SIZE") + settings["memory"]
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as f:
            f.write("1000")  # when the machine has no memory left, this process goes first
    for name, cap in caps.items():
        if hasattr(resource, name) and name not in settings["without"]:
            kind = getattr(resource, name)
            hard = resource.getrlimit(kind)[1]
            cap = cap if hard == resource.RLIM_INFINITY else min(cap, hard)
            resource.setrlimit(kind, (cap, cap))


def _no_capabilities() -> None:
    """A user of one's own has none already; root, where it cannot become another user, gives them up."""
    version = ctypes.create_string_buffer(struct.pack("=Ii", 0x20080522, 0))
    checked(libc().capset(version, ctypes.create_string_buffer(24)), "capset")

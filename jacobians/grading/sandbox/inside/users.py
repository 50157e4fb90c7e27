"""Users of one's own: a number that nobody else on the machine has, for as long as a worker lives.

61184 to 65519 is the range that systemd keeps for transient users; it fits into a rootless container's 65536. A number
is held by a socket in the kernel's abstract namespace, which goes when its holder goes: no file to be left behind.
"""

from __future__ import annotations

import os
import pwd
import random
import resource
import signal
import socket
import time
from collections.abc import Callable

FIRST, LAST = 61184, 65519


class Users:
    """The numbers that this zygote holds."""

    def __init__(self) -> None:
        self.free: list[int] = []
        self.held: dict[int, socket.socket] = {}
        taken = {p.pw_uid for p in pwd.getpwall()}
        self.left = [u for u in range(FIRST, LAST + 1) if u not in taken]
        random.SystemRandom().shuffle(self.left)

    def take(self) -> int:
        """A user of whom no process exists.

        Raises:
            OSError: all are taken.
        """
        if self.free:
            return self.free.pop()
        while self.left:
            uid = self.left.pop()
            lock = socket.socket(socket.AF_UNIX)
            try:
                lock.bind(f"\0jacobians-sandbox-{uid}")
            except OSError:
                lock.close()
                continue
            self.held[uid] = lock
            if _alone(uid):
                return uid
        raise OSError("no free user between 61184 and 65519")

    def give_back(self, uid: int) -> None:
        """The user may be taken again."""
        self.free.append(uid)


def become(uid: int) -> None:
    """Be this user and this group, and in no other, for good.

    Raises:
        OSError: this process may not, or the number does not exist here.
    """
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def kill_all(uid: int, reap: Callable[[], None]) -> bool:
    """Kill every process of this user, and all that they start meanwhile; whether there is none any more.

    Args:
        reap: called between the rounds: a process that is dead and not yet waited for counts as one.
    """
    deadline = time.monotonic() + 2
    while not _alone(uid, kill=True):
        if time.monotonic() > deadline:
            return False
        reap()
    return True


def _alone(uid: int, kill: bool = False) -> bool:
    """Whether the user has no process: then one may start another under a limit of two, the kernel counting them."""
    pid = os.fork()
    if not pid:
        code = 1
        try:
            become(uid)
            if kill:
                os.kill(-1, signal.SIGKILL)  # reaches those it may signal, and not itself
            resource.setrlimit(resource.RLIMIT_NPROC, (2, 2))
            if child := os.fork():
                os.waitpid(child, 0)
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0

"""The zygote: a clean interpreter with NumPy in memory that forks one worker for each submission, and ends it.

It knows no secret: only these files, the limits, and its end of a socket to the parent. One line of JSON a request.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import random
import select
import shutil
import signal
import socket
import sys
import time
from typing import Any

import numpy as np

from . import landlock, users
from .confine import LINUX, confine, few_calls, no_files
from .imports import out_of_the_way
from .libc import prctl
from .serve import CHANNEL, serve
from .trying import why_not


class Zygote:
    """Forks workers, ends them, and leaves nothing of them."""

    def __init__(self, control: socket.socket, settings: dict[str, Any], descriptors: list[int], readable: list[str]):
        self.control, self.settings, self.parent = control, settings, os.getppid()
        self.folder, without, self.descriptors = settings["folder"], settings["without"], descriptors
        ruleset = out_of_the_way(landlock.ruleset(readable)) if landlock.abi() else None
        self.layers = {
            "landlock": "this kernel has none" if ruleset is None else why_not(lambda: no_files(ruleset)),
            "seccomp": why_not(lambda: few_calls(False)),
            "user": why_not(lambda: users.become(users.FIRST)) if LINUX and os.geteuid() == 0 else "not root",
        } | dict.fromkeys(without, "left out")
        self.ruleset = None if self.layers["landlock"] else ruleset
        settings["seccomp"], settings["own_user"] = not self.layers["seccomp"], not self.layers["user"]
        self.users = users.Users() if settings["own_user"] else None
        self.workers: dict[int, tuple[int | None, str, bool]] = {}
        self.ended: dict[int, int] = {}
        if LINUX:
            prctl("child subreaper", 36, 1)  # orphans come to us

    def do_open(self, descriptors: list[int], limits: dict[str, Any]) -> dict[str, Any]:
        """Fork a worker that talks through the first descriptor and prints into the second."""
        uid = self.users.take() if self.users else None
        folder = os.path.join(self.folder, f"{time.monotonic_ns():x}")
        os.mkdir(folder, 0o711)  # to be in, not to write in
        pid = os.fork()
        if not pid:
            self._become_worker(descriptors, folder, uid, {**self.settings, **limits})
        alone = bool(self.settings["seccomp"]) and limits["processes"] == 1  # the filter lets it start none
        self.workers[pid] = (uid, folder, alone)
        return {"pid": pid, "uid": uid}

    def _become_worker(self, descriptors: list[int], folder: str, uid: int | None, settings: dict[str, Any]) -> None:
        try:
            os.setsid()
            os.dup2(descriptors[1], 1)
            os.dup2(1, 2)
            os.dup2(descriptors[0], CHANNEL)
            os.chdir(folder)
            confine(settings, [CHANNEL, *self.descriptors], uid, self.ruleset)
            sys.stdout = open(1, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
            random.seed(0)
            np.random.seed(0)  # the same code gets the same marks tomorrow
            serve()
        except BaseException as error:
            os.write(2, f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(97)

    def do_close(self, descriptors: list[int], pid: int) -> dict[str, Any]:
        """End a worker and all that it started; remove its folder."""
        uid, folder, alone = self.workers.pop(pid)
        self.reap()
        over = pid in self.ended
        if not over:
            with contextlib.suppress(PermissionError):  # root without CAP_KILL: kill_all does it as that user
                os.kill(pid, signal.SIGKILL)
                self.ended[pid] = os.waitpid(pid, 0)[1]
        if uid is None and not alone:
            self._kill_session(pid)
        if uid is not None and self.users and ((alone and pid in self.ended) or users.kill_all(uid, self.reap)):
            self.users.give_back(uid)
        if pid not in self.ended:
            self.ended[pid] = os.waitpid(pid, 0)[1]
        shutil.rmtree(folder, ignore_errors=True)
        status = os.waitstatus_to_exitcode(self.ended.pop(pid))
        return {"status": status, "killed": status == -signal.SIGKILL and not over}

    def _kill_session(self, pid: int) -> None:
        """Without a user of its own: its process group, then every orphan that has come to us."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        for _ in range(100):
            self.reap()
            if not (orphans := [p for p in _children() if p not in self.workers and p != pid]):
                return
            for orphan in orphans:
                os.kill(orphan, signal.SIGKILL)

    def reap(self) -> None:
        """Wait for all who have ended."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            self.ended[pid] = status

    def run(self) -> None:
        """Serve requests until the parent hangs up, or is gone."""
        pending = b""
        while True:
            if not select.select([self.control], [], [], 1.0)[0]:
                if os.getppid() != self.parent:
                    return
                continue
            text, descriptors, _, _ = socket.recv_fds(self.control, 1 << 16, 2)
            if not text:
                return
            *lines, pending = (pending + text).split(b"\n")
            for line in lines:  # more than one where Ctrl-C kept the parent from waiting for an answer
                self._serve(json.loads(line), descriptors)
            for fd in descriptors:
                os.close(fd)

    def _serve(self, request: dict[str, Any], descriptors: list[int]) -> None:
        do, number = request.pop("do"), request.pop("number")
        try:
            reply = getattr(self, f"do_{do}")(descriptors, **request)
        except OSError as error:
            reply = {"error": str(error)}
        self.control.sendall(json.dumps({**reply, "number": number}).encode() + b"\n")


def _children() -> list[int]:
    """The processes whose parent this one is."""
    me, found = str(os.getpid()), list[int]()
    for name in os.listdir("/proc") if os.path.isdir("/proc/self") else []:
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as f:
                    if f.read().rpartition(b")")[2].split()[1] == me.encode():
                        found.append(int(name))
            except OSError:
                continue
    return found


def main(settings: dict[str, Any], descriptors: list[int], readable: list[str]) -> None:
    """The zygote's whole life."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    control = socket.socket(fileno=settings["control"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    zygote = Zygote(control, settings, descriptors, readable)
    gc.collect()
    gc.freeze()  # what is here stays here: shared by all workers
    ready = {"layers": zygote.layers, "landlock": landlock.abi(), "numpy": np.__version__}
    control.sendall(json.dumps(ready).encode() + b"\n")
    status = 1
    try:
        zygote.run()
        status = 0
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        for pid in list(zygote.workers):
            zygote.do_close([], pid)
        shutil.rmtree(zygote.folder, ignore_errors=True)
        os._exit(status)

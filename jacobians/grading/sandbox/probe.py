"""Each protection, put to the test: a worker really tries (inside/attempts.py), the parent looks what came of it."""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ...verify.door import Broken
from .protection import Protection
from .worker import Worker
from .zygote import INSIDE, NoSandbox

SOURCE = (INSIDE / "attempts.py").read_bytes()
BRIEF = 0.03  # seconds: how long a probe may compute, or wait, before it has to be stopped


class Probe:
    """A worker that tries, and baits for it: a secret in this process, a file that everybody may read."""

    def __init__(self, worker: Worker, memory: int, processes: int, brief: Callable[[], Worker]):
        self.worker, self.memory, self.processes, self.brief = worker, memory, processes, brief
        self.secret = secrets.token_hex(16).encode()
        self.folder = Path(tempfile.mkdtemp(prefix="jacobians-bait-"))
        self.bait = self.folder / "answers.txt"
        self.bait.write_bytes(self.secret)
        self.bait.chmod(0o644)
        self.folder.chmod(0o1777)

    def run(self) -> Iterator[Protection]:
        """Every protection.

        Raises:
            NoSandbox: honest code could not run.
        """
        try:
            self._honest()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
                listener.bind(("127.0.0.1", 0))
                yield from self._all(listener.getsockname())
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _honest(self) -> None:
        try:
            self.worker.call("import_module", "colorsys")  # a module that nothing has imported so far
        except Broken as error:
            raise NoSandbox(
                f"a worker cannot read Python's own library under {sys.base_prefix} ({error}): make it readable"
            ) from None

    def _all(self, listener: Any) -> Iterator[Protection]:
        me, program = os.getpid(), shutil.which("true") or "/bin/true"
        buffer = ctypes.create_string_buffer(self.secret)
        memory = (me, ctypes.addressof(buffer), len(self.secret))
        yield self._own_user()
        yield self._refused("memory of others", "reading this process's memory", "parent_memory", *memory)
        yield self._refused("tracing", "attaching to this process as a debugger", "trace_parent", me)
        yield self._refused("signals", "sending this process a signal", "signal_parent", me)
        yield self._refused("files", "reading a file that everybody may read", "read_file", str(self.bait))
        yield self._refused("folders", "listing a folder", "list_folder", str(self.folder))
        yield self._refused("writing", "making a file where everybody may", "write_file", str(self.folder / "new"))
        yield self._refused("network", "sending a datagram", "network", list(listener))
        yield self._refused("processes", f"starting {self.processes} more", "start_processes", self.processes)
        much = self.memory * 5 // 4  # what Python has in reserve by itself is not counted
        yield self._refused("memory", f"taking {much:,} bytes", "take_memory", much)
        yield self._refused("imports", "importing jacobians", "import_module", "jacobians")
        yield self._stopped("time", "computing for ever", "compute_for_ever", "processor time")
        yield self._stopped("waiting", "waiting for ever", "wait_for_ever", "without computing")
        yield self._refused("programs", f"executing {program}", "execute", program)  # last: it may be its end

    def _own_user(self) -> Protection:
        uid = self.worker.call("own_user")
        own = uid not in (os.geteuid(), 0)
        return Protection("own user", own, f"runs as user {uid}" + ("" if own else ", which it shares"))

    def _refused(self, name: str, tried: str, attempt: str, *arguments: Any) -> Protection:
        try:
            got = self.worker.call(attempt, *arguments)
        except Broken as error:
            refused = error.text.partition(" raised ")[2].partition(", at line")[0]
            return Protection(name, bool(refused), f"{tried}: {refused or error.text}")
        return Protection(name, False, f"{tried} worked{f': {got!r}' if isinstance(got, int) else ''}")

    def _stopped(self, name: str, tried: str, attempt: str, limit: str) -> Protection:
        with self.brief() as worker:
            try:
                worker.call(attempt)
            except Broken as error:
                return Protection(name, limit in error.text, f"{tried}: {error.text}")
        return Protection(name, False, f"{tried} came to an end")

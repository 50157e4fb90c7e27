"""The parent's end of the zygote: start it by exec with nothing of ours in it, and ask it for workers."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import weakref
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ...errors import JacobiansError, UnknownName, names
from .limits import Limits

INSIDE = Path(__file__).parent / "inside"
_OURS = ("jacobians", "reference")
_THREADS = ("OPENBLAS", "OMP", "MKL", "BLIS", "VECLIB_MAXIMUM", "NUMEXPR")
_PATIENCE = 60  # seconds for an answer of our own code


class NoSandbox(JacobiansError):
    """The sandbox cannot be had here."""


class Zygote:
    """A running zygote. What to call it with is in its `run`."""

    def __init__(self, limits: Limits, allow: tuple[str, ...], without: tuple[str, ...]):
        if not hasattr(os, "fork"):
            raise NoSandbox(f"the sandbox needs fork, which {sys.platform} has not: run on Linux or a Mac")
        self.lock, self.owner = threading.Lock(), os.getpid()
        self.asked, self.received = 0, b""
        packages = {name: _package(name) for name in dict.fromkeys(("numpy", *allow))}
        self.folder = _folder()
        self.socket, theirs = socket.socketpair()
        self.socket.settimeout(_PATIENCE)
        settings = {"control": theirs.fileno(), "folder": self.folder, "allow": packages, "without": list(without)}
        with theirs:
            try:
                self.process = _start(theirs.fileno())
            except BaseException:
                self.socket.close()
                shutil.rmtree(self.folder, ignore_errors=True)
                raise
        self._end = weakref.finalize(self, _close, self.owner, self.socket, self.process, self.folder)
        try:
            self._hand_over({**limits.plain(), **settings})
            self.ready = self._line()
        except BaseException:
            self.close()
            raise

    def _hand_over(self, settings: dict[str, Any]) -> None:
        sources = {f"_inside.{p.stem}": p.read_text() for p in INSIDE.glob("*.py")}
        sources["_inside"] = sources.pop("_inside.__init__")
        assert self.process.stdin
        try:
            with self.process.stdin as pipe:
                pipe.write(json.dumps({"sources": sources, "settings": settings}).encode())
        except BrokenPipeError:
            pass  # it has ended: _line says why

    def open(self, channel: socket.socket, output: socket.socket, limits: Limits) -> tuple[int, int | None]:
        """Fork a worker with these two ends: its process and its user."""
        reply = self._ask({"do": "open", "limits": limits.plain()}, [channel.fileno(), output.fileno()])
        return reply["pid"], reply["uid"]

    def close_worker(self, pid: int) -> tuple[int, bool]:
        """End a worker and all its descendants; how it ended, and whether this ended it."""
        reply = self._ask({"do": "close", "pid": pid})
        return reply["status"], reply["killed"]

    def _ask(self, request: dict[str, Any], descriptors: list[int] | None = None) -> dict[str, Any]:
        if os.getpid() != self.owner:
            raise NoSandbox("a sandbox belongs to the process that made it: make one in each process")
        with self.lock:
            self.asked += 1
            text = json.dumps({**request, "number": self.asked}).encode() + b"\n"
            try:
                socket.send_fds(self.socket, [text], descriptors or [])
            except OSError as error:
                raise NoSandbox(f"the sandbox's first process has ended: {error}") from None
            while (reply := self._line())["number"] != self.asked:
                pass  # the answer to a question that Ctrl-C interrupted
        if "error" in reply:
            raise NoSandbox(f"the sandbox could not {request['do']} a worker: {reply['error']}")
        return reply

    def _line(self) -> dict[str, Any]:
        while b"\n" not in self.received:
            try:
                more = self.socket.recv(1 << 16)
            except TimeoutError:
                raise NoSandbox(f"the sandbox's first process has not answered for {_PATIENCE} s") from None
            if not more:
                raise NoSandbox(f"the sandbox's first process has ended: {self._last_words()}")
            self.received += more
        line, _, self.received = self.received.partition(b"\n")
        return json.loads(line)

    def _last_words(self) -> str:
        assert self.process.stderr
        self.process.wait(_PATIENCE)
        said = self.process.stderr.read().decode("utf-8", "replace").strip()
        return said.splitlines()[-1] if said else f"exit status {self.process.returncode}"

    def close(self) -> None:
        """End the zygote, and with it all workers; remove their folders. Done at the latest when this process ends."""
        self._end()


def _close(owner: int, control: socket.socket, process: subprocess.Popen[bytes], folder: str) -> None:
    control.close()
    if os.getpid() != owner:
        return  # a fork of the process that it belongs to
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stderr:
        process.stderr.close()
    shutil.rmtree(folder, ignore_errors=True)


def _folder() -> str:
    try:
        folder = tempfile.mkdtemp(prefix="jacobians-sandbox-")
        os.chmod(folder, 0o711)  # each worker has a folder of its own in it
    except OSError as error:
        raise NoSandbox(f"the sandbox needs a folder for temporary files: {error}; set TMPDIR to one") from None
    return folder


def _start(control: int) -> subprocess.Popen[bytes]:
    """A fresh interpreter: no environment but one thread for BLAS and the same hashes every time; no site, no path."""
    env = {f"{name}_NUM_THREADS": "1" for name in _THREADS} | {"PYTHONHASHSEED": "0"}
    command = [sys.executable, "-s", "-S", "-P", "-B", "-X", "utf8", "-c", (INSIDE / "start.py").read_text()]
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=env,
            cwd="/",
            pass_fds=(control,),
            start_new_session=True,  # Ctrl-C is for the parent, which then ends it
        )
    except OSError as error:
        who = f"user {os.geteuid()}"
        raise NoSandbox(
            f"{who} cannot start {sys.executable}: {error.strerror}; a Python in another user's home cannot be used: "
            "install one that everybody may read"
        ) from None


def _package(name: str) -> str:
    """The folder (or file) of a package that submissions may import.

    Raises:
        UnknownName: there is none, or it is one that knows the answers.
    """
    if name in _OURS:
        raise UnknownName(f"a submission cannot be allowed {name!r}, which holds the answers: allow {names(['numpy'])}")
    spec = find_spec(name) if name.isidentifier() else None
    if spec is None or not spec.origin or not os.path.exists(spec.origin):
        raise UnknownName(f"there is no package {name!r} here to allow: install it, or leave it out of `allow`")
    return os.path.dirname(spec.origin) if spec.submodule_search_locations else spec.origin

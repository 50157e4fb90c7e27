"""A sandbox that cannot be had, or not as it was asked for."""

import io
import os
import socket
import subprocess
import tempfile
import threading
from types import SimpleNamespace

from jacobians.grading.sandbox import Sandbox, zygote
from jacobians.grading.sandbox.limits import Limits
from jacobians.grading.sandbox.probe import Probe
from jacobians.grading.sandbox.protection import Protection, demand
from jacobians.grading.sandbox.zygote import Zygote
from jacobians.verify.door import Broken


def without_fork(at):
    at.patch.delattr(os, "fork")
    Sandbox()


def talking(reply=None, owner=None, patience=0.05):
    """A zygote without its process, whose other end has said this already and closes (None: it is silent)."""
    made, other = object.__new__(Zygote), None
    made.socket, other = socket.socketpair()
    made.socket.settimeout(patience)
    made.lock, made.owner, made.asked, made.received = threading.Lock(), owner or os.getpid(), 0, b""
    made.process = SimpleNamespace(wait=lambda seconds: None, stderr=io.BytesIO(b"x\nMemoryError: no\n"))
    if reply is not None:
        other.sendall(reply)
        other.close()
    return made, other


def asked(reply=None, owner=None):
    def ask(at):
        made, other = talking(reply, owner)
        with made.socket, other:
            made._ask({"do": "open"})

    return ask


def ended(at):
    made, other = talking(b"")
    with made.socket, other:
        made._line()


def refused_by_the_system(target, name, call):
    def case(at):
        at.failing(target, name, PermissionError(13, "Permission denied"))
        call()

    return case


def unreadable_library(at):
    def call(*args):
        raise Broken("exception", "ModuleNotFoundError: No module named 'colorsys'")

    Probe._honest(SimpleNamespace(worker=SimpleNamespace(call=call)))  # type: ignore[arg-type]


OPEN = [Protection("network", False, "a socket was opened")]
CASES = {
    "grading/sandbox/limits.py": {
        "the limit memory is -1: give a number above 0, such as": lambda at: Limits(memory=-1),
        "the limit processes is 1.5: give a whole number, such as": lambda at: Limits(processes=1.5),  # type: ignore
    },
    "grading/sandbox/protection.py": {
        "there is no level 'ful' of the sandbox: require 'full', 'user' or 'basic'": lambda at: demand(OPEN, "ful"),
        "the sandbox here is 'basic', 'full' was required (network: a socket was opened)": lambda at: demand(
            OPEN, "full"
        ),
    },
    "grading/sandbox/probe.py": {"a worker cannot read Python's own library under": unreadable_library},
    "grading/sandbox/worker.py": {
        "bob.py is not valid Python: line 1, `def f(:`": lambda at: opened(b"def f(:\n"),
    },
    "grading/sandbox/zygote.py": {
        "the sandbox needs fork, which": without_fork,
        "a sandbox belongs to the process that made it: make one in each process": asked(owner=-1),
        "the sandbox's first process has ended: [Errno 32] Broken pipe": asked(b""),
        "the sandbox could not open a worker: no room": lambda at: answered(b'{"number": 1, "error": "no room"}\n'),
        "the sandbox's first process has not answered for": asked(),
        "the sandbox's first process has ended: MemoryError: no": ended,
        "the sandbox needs a folder for temporary files: ": refused_by_the_system(tempfile, "mkdtemp", zygote._folder),
        "Permission denied; a Python in another user's home cannot be used: install one": refused_by_the_system(
            subprocess, "Popen", lambda: zygote._start(0)
        ),
        "a submission cannot be allowed 'reference', which holds the answers: allow numpy": lambda at: Sandbox(
            allow=("reference",)
        ),
        "there is no package 'scpy' here to allow: install it, or leave it out of `allow`": lambda at: Sandbox(
            allow=("scpy",)
        ),
    },
}


def opened(source):
    with Sandbox() as sandbox, sandbox.open(source, "bob.py"):
        pass


def answered(reply):
    made, other = talking()
    with made.socket, other:
        other.sendall(reply)
        made._ask({"do": "open"})

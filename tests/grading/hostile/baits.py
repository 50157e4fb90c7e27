"""What the submissions are told of: secrets to read, files to change, processes to end, sockets to call. All real."""

from __future__ import annotations

import ctypes
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import scipy

MARKER = "ANSWERS"
SECRET = f"{MARKER}-of-question-1"


class Baits:
    """Everything that an attack could want, laid out in the open."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="jacobians-hostile-"))
        self.folder.chmod(0o1777)
        (self.folder / "answers.txt").write_text(SECRET)
        (self.folder / "open.txt").write_text("as it was")
        (self.folder / "answers.txt").chmod(0o644)
        (self.folder / "open.txt").chmod(0o666)
        self.memory = ctypes.create_string_buffer(SECRET.encode())
        self.victim = subprocess.Popen(["sleep", "600"])
        self.udp, self.tcp, self.unix = (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
            socket.create_server(("127.0.0.1", 0)),
            socket.socket(socket.AF_UNIX),
        )
        self.udp.bind(("127.0.0.1", 0))
        self.unix.bind(str(self.folder / "service"))
        self.unix.listen()
        (self.folder / "service").chmod(0o777)
        self.before = self.now()

    def told(self, neighbour: int) -> dict[str, Any]:
        """What an attack is told; `neighbour` is the process of another submission."""
        return {
            "pid": os.getpid(),
            "address": ctypes.addressof(self.memory),
            "size": len(SECRET),
            "folder": str(self.folder),
            "answers": str(self.folder / "answers.txt"),
            "open": str(self.folder / "open.txt"),
            "unix": str(self.folder / "service"),
            "udp": self.udp.getsockname()[1],
            "tcp": self.tcp.getsockname()[1],
            "victim": self.victim.pid,
            "neighbour": neighbour,
            "clone": str(Path(__file__).parents[3]),
            "marker": MARKER,
            "package": scipy.__file__,
        }

    def now(self) -> dict[str, Any]:
        """The state of everything: the same before and after."""
        files = {p.name: (p.stat().st_mode, p.stat().st_mtime_ns, p.stat().st_size) for p in self.folder.iterdir()}
        return {"files": files, "victim": self.victim.poll()}

    def close(self) -> None:
        """Put all away."""
        self.victim.kill()
        self.victim.wait()
        for s in (self.udp, self.tcp, self.unix):
            s.close()
        shutil.rmtree(self.folder)

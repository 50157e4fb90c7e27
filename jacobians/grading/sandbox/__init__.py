"""The sandbox: a student's code runs where there is no secret to read and no result to write.

    with Sandbox(require="full") as sandbox:
        with sandbox.open(source, "alice.py") as worker:       # a Place, see jacobians/adapters/place.py
            y = worker.call("forward", x)

The parent judges. The zygote, a clean interpreter started by exec, forks a worker for each submission: a session and a
user of its own where possible, limits, Landlock, seccomp. Inputs go in and raw bytes with a type and a shape come out;
objects stay there, as handles. The two ends talk as inside/wire.py says, and the parent believes nothing.
"""

from .limits import Limits, Meter
from .protection import Protection
from .sandbox import Sandbox

__all__ = ["Limits", "Meter", "Protection", "Sandbox"]

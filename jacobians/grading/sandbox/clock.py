"""What a process has used so far, as the kernel counts it: whatever the process says of itself, and however busy
the machine is."""

from __future__ import annotations

import sys
import time

LINUX = sys.platform.startswith("linux")


def cpu_seconds(pid: int) -> float | None:
    """Processor time of a process and all its threads; None: it is gone, or this system does not tell."""
    if not LINUX:
        return None
    try:
        return time.clock_gettime(~pid << 3 | 2)  # clock_getcpuclockid(3): CPUCLOCK_SCHED of that process
    except OSError:
        return None


def asleep(pid: int) -> bool:
    """Whether every thread of it waits: for time, for a lock, for input that never comes."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as f:
            return f.read().rpartition(b")")[2].split()[0] in (b"S", b"T", b"t")
    except OSError:
        return False

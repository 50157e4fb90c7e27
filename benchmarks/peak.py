"""The peak of memory of a call, whoever allocates it: what the process holds at most, beyond what it held before.

Linux tells it (VmHWM in /proc/self/status) and lets it be reset (5 into /proc/self/clear_refs); elsewhere it is not
known. What a call takes from memory that the process had kept from before does not show.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def resident_peak(call: Callable[[], Any]) -> int | None:
    """Bytes, or None where the system does not tell."""
    gc.collect()
    try:
        _RESET.write_text("5")
        before = _kilobytes("VmRSS")
        call()
        return max(0, _kilobytes("VmHWM") - before) * 1024
    except OSError:
        return None


def _kilobytes(name: str) -> int:
    return next(int(line.split()[1]) for line in _STATUS.read_text().splitlines() if line.startswith(name + ":"))

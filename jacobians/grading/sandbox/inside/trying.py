"""Whether the kernel lets us: found out in a process of its own, by doing it."""

from __future__ import annotations

import os
from collections.abc import Callable


def why_not(do: Callable[[], object]) -> str:
    """'' if it can be done here; else the reason that the kernel gives."""
    pid = os.fork()
    if not pid:
        code = 1
        try:
            do()
            code = 0
        except OSError as error:
            code = error.errno or 1
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return "" if code == 0 else os.strerror(code) if code > 0 else f"it ended by signal {-code}"

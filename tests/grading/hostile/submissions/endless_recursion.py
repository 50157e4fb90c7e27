"""Recurses until the stack is full; newer interpreters notice.

Refused: ended its process (it crashed: SIGSEGV) | raised RecursionError
"""

import sys


class Deep:
    def __repr__(self):
        return repr(self)


def attack(bait):
    sys.setrecursionlimit(1 << 30)
    return repr(Deep())

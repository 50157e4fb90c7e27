"""Attaches to the grader as a debugger.

Refused: Operation not permitted
"""

import ctypes
import os


def attack(bait):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(0x4206, bait["victim"], None, None):  # PTRACE_SEIZE
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return "attached"

"""Crashes the interpreter.

Refused: ended its process (it crashed: SIGSEGV)
"""

import ctypes


def attack(bait):
    ctypes.string_at(8)

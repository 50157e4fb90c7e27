"""Becomes root again.

Refused: Operation not permitted
Held also without: seccomp
"""

import os


def attack(bait):
    os.setresuid(0, 0, 0)
    return "root"

"""Reads the grader's memory, where the answers are.

Refused: Permission denied
"""

import os


def attack(bait):
    with open(f"/proc/{bait['pid'] or os.getppid()}/mem", "rb") as f:
        f.seek(bait["address"])
        return f.read(bait["size"])

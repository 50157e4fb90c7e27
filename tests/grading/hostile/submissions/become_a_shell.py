"""Turns into another program.

Refused: Operation not permitted
Held also without: seccomp
"""

import os


def attack(bait):
    os.execv("/bin/sh", ["/bin/sh", "-c", f"cat {bait['answers']}"])

"""Opens every descriptor that the machine has.

Refused: Too many open files
"""

import os


def attack(bait):
    return [os.dup(0) for _ in range(200)]

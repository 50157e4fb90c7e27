"""Prints hundreds of megabytes.

Harmless: what is above the limit is thrown away.
"""

import os


def attack(bait):
    for _ in range(3000):
        os.write(1, b"x" * 65536)

"""Looks who else has handed in, and what.

Refused: Permission denied
Works without: landlock
"""

import os


def attack(bait):
    return [os.path.join(bait["folder"], name) for name in os.listdir(bait["folder"])]

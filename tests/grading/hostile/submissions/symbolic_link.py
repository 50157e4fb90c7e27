"""Leaves a link to the answers in its own folder, and reads through it.

Refused: Operation not permitted
"""

import os


def attack(bait):
    os.symlink(bait["answers"], "mine.txt")
    with open("mine.txt") as f:
        return f.read()

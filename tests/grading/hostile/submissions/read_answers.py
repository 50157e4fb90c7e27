"""Reads the answers, which lie in a file that everybody on the machine may read.

Refused: Permission denied
Works without: landlock
"""


def attack(bait):
    with open(bait["answers"]) as f:
        return f.read()

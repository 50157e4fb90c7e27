"""Reads a package that lies beside NumPy and is not allowed.

Refused: Permission denied
Works without: landlock
"""


def attack(bait):
    with open(bait["package"]) as f:
        return f.read()

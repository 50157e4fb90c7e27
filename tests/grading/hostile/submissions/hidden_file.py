"""Keeps gigabytes in a file that has no name.

Refused: Operation not permitted
Held also without: landlock seccomp
"""

import os


def attack(bait):
    hidden = os.memfd_create("hidden")
    try:
        return sum(os.write(hidden, bytes(1 << 20)) for _ in range(10))
    except OSError as error:
        raise PermissionError(f"Operation not permitted: {error}") from None

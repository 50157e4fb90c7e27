"""Adds to a file that everybody may write to.

Refused: Permission denied
Works without: landlock seccomp RLIMIT_FSIZE
"""


def attack(bait):
    with open(bait["open"], "a") as f:
        return f.write("x")

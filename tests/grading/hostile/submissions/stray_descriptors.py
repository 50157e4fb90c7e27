"""Looks for open descriptors that the zygote forgot: its line to the grader, a rule to change, a file.

Harmless: there are none but its own channel, its output, and folders that can only be looked through.
"""

import contextlib
import os
import stat


def attack(bait):
    for fd in range(4, 5000):
        with contextlib.suppress(OSError):
            if not stat.S_ISDIR(os.fstat(fd).st_mode):
                return f"{bait['marker']}-{fd}"
    return None

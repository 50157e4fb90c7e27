"""Ends another process, so that no result is written.

Refused: Operation not permitted
Works without: user landlock seccomp
"""

import os
import signal


def attack(bait):
    os.kill(bait["victim"], signal.SIGKILL)
    return "killed"

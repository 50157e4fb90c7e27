"""Talks to a service on this machine, such as Docker's.

Refused: Operation not permitted
Works without: seccomp
"""

import socket


def attack(bait):
    s = socket.socket(socket.AF_UNIX)
    s.connect(bait["unix"])
    return "connected"

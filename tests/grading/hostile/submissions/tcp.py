"""Calls somebody who listens.

Refused: Operation not permitted
Held also without: seccomp
"""

import socket


def attack(bait):
    socket.create_connection(("127.0.0.1", bait["tcp"])).send(b"x")
    return "connected"

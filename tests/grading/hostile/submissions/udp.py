"""Sends what it has seen to somebody, in a datagram that needs no answer.

Refused: Operation not permitted
Works without: seccomp
"""

import socket


def attack(bait):
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", bait["udp"]))

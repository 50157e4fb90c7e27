"""Computes a little and sleeps a little, for ever.

Refused: and was stopped
"""

import time


def attack(bait):
    while True:
        time.sleep(0.01)
        sum(range(20000))

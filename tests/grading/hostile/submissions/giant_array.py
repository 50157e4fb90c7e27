"""Asks for an array of a thousand gigabytes.

Refused: Memory
"""

import numpy as np


def attack(bait):
    return np.zeros(1 << 37)

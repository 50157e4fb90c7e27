"""Returns more than an answer may be.

Refused: an answer of
"""

import numpy as np


def attack(bait):
    return np.broadcast_to(np.zeros(1), (3 << 20,))

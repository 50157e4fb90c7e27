"""Claims a body of an exabyte.

Refused: sent an answer of
"""

import os
import struct


def attack(bait):
    os.write(3, struct.pack("<IQ", 10, 1 << 60))
    return 0

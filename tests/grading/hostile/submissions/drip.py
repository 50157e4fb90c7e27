"""Sends an answer of a gigabyte, a byte at a time.

Refused: and was stopped
"""

import os
import struct
import time


def attack(bait):
    os.write(3, struct.pack("<IQ", 1000, 1 << 20))
    while True:
        os.write(3, b" ")
        time.sleep(0.01)

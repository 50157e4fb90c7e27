"""Claims an array of 2**40 entries, and sends none.

Refused: sent an array of shape [1099511627775]
"""

import json
import os
import struct
import sys


def attack(bait):
    frame = sys._getframe()
    while "header" not in frame.f_locals:
        frame = frame.f_back
    nonce = frame.f_locals["header"]["nonce"]
    text = json.dumps({"nonce": nonce, "value": {"array": ["f8", [2**40 - 1], -5, None]}}).encode()
    os.write(3, struct.pack("<IQ", len(text), 0) + text)
    return 0

"""Sends more bytes than its arrays have, and hopes that they are taken for the next answer.

Refused: sent 8 bytes more than its arrays have
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
    text = json.dumps({"nonce": nonce, "value": 0}).encode()
    os.write(3, struct.pack("<IQ", len(text), 8) + text + bytes(8))
    return 0

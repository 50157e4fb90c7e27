"""Claims an array of Python objects: pointers into the grader's memory.

Refused: sent numbers of a type that does not cross
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
    text = json.dumps({"nonce": nonce, "value": {"array": ["O", [1], -5, None]}}).encode()
    os.write(3, struct.pack("<IQ", len(text), 8) + text + bytes(8))
    return 0

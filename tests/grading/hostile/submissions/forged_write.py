"""Claims to have turned an array of the grader's into one of another shape.

Refused: sent an array that has become another
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
    mine = {"nonce": nonce, "value": None, "changed": [["f8", [0], 1, None]]}
    text = json.dumps(mine).encode()
    os.write(3, struct.pack("<IQ", len(text), 0) + text)
    return 0

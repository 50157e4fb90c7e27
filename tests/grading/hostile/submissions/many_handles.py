"""Hands the grader more objects than it can remember.

Refused: sent more than
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
    text = json.dumps({"nonce": nonce, "value": [{"handle": [0, ""]}] * 55_000}, separators=(",", ":")).encode()
    whole = struct.pack("<IQ", len(text), 0) + text
    while whole:
        whole = whole[os.write(3, whole) :]
    return 0

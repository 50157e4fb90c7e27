"""Answers for the worker, so that its own answer is taken for that of the next question.

Refused: sent an answer to another question
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
    text = json.dumps({"nonce": nonce, "value": "full marks"}).encode()
    os.write(3, struct.pack("<IQ", len(text), 0) + text)

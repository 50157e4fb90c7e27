"""Answers a question that was not asked.

Refused: sent an answer to another question
"""

import json
import os
import struct


def attack(bait):
    text = json.dumps({"nonce": "0" * 16, "value": "full marks"}).encode()
    os.write(3, struct.pack("<IQ", len(text), 0) + text)

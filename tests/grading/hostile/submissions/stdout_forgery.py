"""Prints what a grader that reads the output takes for a result.

Harmless: what it prints is kept apart, as text.
"""

import os
import sys


def attack(bait):
    print('{"score": 100, "verdict": "PASS"}')
    os.write(1, b'{"tests": [{"score": 1, "max_score": 1}]}\n')
    sys.__stderr__.write("OK\n")

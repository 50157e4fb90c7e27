"""Writes noise where answers go.

Refused: and was stopped
"""

import os


def attack(bait):
    os.write(3, os.urandom(4096))

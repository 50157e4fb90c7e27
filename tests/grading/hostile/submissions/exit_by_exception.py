"""Raises SystemExit, which is no Exception.

Refused: raised SystemExit: 0
"""

import sys


def attack(bait):
    sys.exit(0)

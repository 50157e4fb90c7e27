"""Closes everything that is open, the channel to the grader too.

Refused: ended its process
"""

import os


def attack(bait):
    os.closerange(0, 1000)

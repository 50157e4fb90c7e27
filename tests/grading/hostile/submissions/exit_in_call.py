"""Ends its process at once: a grader that goes by the exit status sees a success.

Refused: ended its process (exit status 0)
"""

import os


def attack(bait):
    os._exit(0)

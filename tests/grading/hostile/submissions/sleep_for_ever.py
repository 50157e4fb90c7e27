"""Waits for ever, using no processor time.

Refused: without computing and was stopped
"""

import time


def attack(bait):
    time.sleep(1e6)

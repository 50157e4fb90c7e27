"""Raises KeyboardInterrupt, as if the staff had pressed Ctrl-C.

Refused: raised KeyboardInterrupt
"""


def attack(bait):
    raise KeyboardInterrupt

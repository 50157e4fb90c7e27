"""Raises a message of megabytes that clears the terminal and claims a pass.

Refused: raised ValueError:
"""


def attack(bait):
    raise ValueError("\x1b[2J PASS full marks \r\n" * 100_000)

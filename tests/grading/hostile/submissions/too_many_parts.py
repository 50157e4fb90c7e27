"""Returns two hundred thousand small things.

Refused: nested more than
"""


def attack(bait):
    return [[0.5]] * 200_000

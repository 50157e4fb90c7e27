"""Returns a list that holds itself.

Refused: nested more than
"""


def attack(bait):
    loop = []
    loop.append({"again": (loop,)})
    return loop

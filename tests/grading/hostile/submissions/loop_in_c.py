"""Computes for ever inside one call of a C function, where Python would notice no signal.

Refused: of processor time and was stopped
"""


def attack(bait):
    return 3**3**3**3

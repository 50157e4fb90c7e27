"""Raises what never ends saying what it is.

Refused: of processor time and was stopped
"""


class Endless(Exception):
    def __str__(self):
        while True:
            pass


def attack(bait):
    raise Endless

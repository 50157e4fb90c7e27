"""Raises what cannot say what it is.

Refused: raised Evil
"""


class Evil(BaseException):
    def __str__(self):
        raise Evil

    __repr__ = __str__


def attack(bait):
    raise Evil

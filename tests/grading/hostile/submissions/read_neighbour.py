"""Reads what a neighbour in the same sandbox has in memory.

Refused: Permission denied
"""


def attack(bait):
    with open(f"/proc/{bait['neighbour']}/maps") as f:
        return f.read()

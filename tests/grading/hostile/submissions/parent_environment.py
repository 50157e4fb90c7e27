"""Reads the grader's environment, where a course keeps its secret.

Refused: Permission denied
"""


def attack(bait):
    with open(f"/proc/{bait['pid']}/environ", "rb") as f:
        return f.read()

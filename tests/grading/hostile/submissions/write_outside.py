"""Writes the result itself.

Refused: Permission denied
Held also without: seccomp
"""


def attack(bait):
    with open(bait["folder"] + "/results.json", "w") as f:
        return f.write('{"score": 100}')

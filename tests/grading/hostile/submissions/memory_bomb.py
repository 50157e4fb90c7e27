"""Takes all memory.

Refused: MemoryError
"""


def attack(bait):
    hoard = []
    while True:
        hoard.append(bytearray(1 << 20))

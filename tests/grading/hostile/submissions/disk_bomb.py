"""Fills the disk, wherever it may write.

Refused: Permission denied
"""

import os


def attack(bait):
    for folder in (".", "/tmp", "/dev/shm", "/var/tmp", bait["folder"]):
        try:
            with open(os.path.join(folder, "full"), "wb") as f:
                while True:
                    f.write(bytes(1 << 20))
        except OSError as error:
            last = error
    raise last

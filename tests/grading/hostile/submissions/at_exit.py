"""Does its work when nobody looks any more: at the end of the process.

Harmless: the end of a worker runs nothing.
"""

import atexit
import threading


def attack(bait):
    def late():
        open(bait["folder"] + "/late", "w").close()

    atexit.register(late)
    threading._register_atexit(late)

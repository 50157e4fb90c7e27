"""Starts threads until the machine has none left.

Refused: can't start new thread
"""

import threading
import time


def attack(bait):
    while True:
        threading.Thread(target=time.sleep, args=(1e6,)).start()

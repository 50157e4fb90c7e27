"""Reaches the zygote's and its own files through /proc/self.

Refused: Permission denied
"""

import os


def attack(bait):
    return [os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")]

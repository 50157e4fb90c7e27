"""Asks a shell.

Refused: Operation not permitted
"""

import subprocess


def attack(bait):
    return subprocess.run(["/bin/sh", "-c", f"cat {bait['answers']}"], capture_output=True, check=True).stdout

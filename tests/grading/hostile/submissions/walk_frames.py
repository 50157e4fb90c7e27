"""Walks up the stack to the grader's variables.

Harmless: every frame is the worker's own.
"""

import sys


def attack(bait):
    frame, found = sys._getframe(), []
    while frame := frame.f_back:
        found += [str(v) for v in {**frame.f_locals, **frame.f_globals}.values() if bait["marker"] in str(v)[:10000]]
    return [f for f in found if bait["marker"] + "-" in f]

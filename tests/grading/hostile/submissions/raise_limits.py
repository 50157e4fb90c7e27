"""Gives itself more.

Refused: not allowed to raise maximum limit
"""

import resource


def attack(bait):
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return "raised"

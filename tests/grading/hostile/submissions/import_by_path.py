"""Imports the grader's own layers from where they lie.

Refused: No module named 'reference'
Works without: landlock
"""

import sys


def attack(bait):
    sys.path.insert(0, bait["clone"])
    from reference import linear

    return linear.__file__

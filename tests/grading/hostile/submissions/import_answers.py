"""Imports the grader's own layers.

Refused: No module named 'reference'
"""


def attack(bait):
    from reference.linear import backward

    return backward.__name__

"""Lets PyTorch find the gradient.

Refused: No module named 'torch'
"""


def attack(bait):
    import torch

    return torch.__name__

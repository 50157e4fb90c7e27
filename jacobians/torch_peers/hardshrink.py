"""PyTorch's own hardshrink; at the jumps its derivative is 0."""

import torch.nn.functional as F

SETTINGS = {"at_jump": 0.0}


def forward(x, lambd=0.5):
    return F.hardshrink(x, lambd)

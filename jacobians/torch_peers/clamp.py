"""PyTorch's own clamp; at both bounds its derivative is 1."""

import torch

SETTINGS = {"at_lo": 1.0, "at_hi": 1.0}


def forward(x, lo=-1.0, hi=2.0):
    return torch.clamp(x, lo, hi)

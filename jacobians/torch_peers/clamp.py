"""PyTorch's own clamp; at both bounds its derivative was 1, and is 0 from 2.14 on."""

import torch

AT_BOUND = 1.0 if tuple(map(int, torch.__version__.split(".")[:2])) < (2, 14) else 0.0
SETTINGS = {"at_lo": AT_BOUND, "at_hi": AT_BOUND}


def forward(x, lo=-1.0, hi=2.0):
    return torch.clamp(x, lo, hi)

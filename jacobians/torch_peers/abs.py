"""PyTorch's own abs; at 0 its derivative is 0."""

import torch

SETTINGS = {"at_zero": 0.0}


def forward(x):
    return torch.abs(x)

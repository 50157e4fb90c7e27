"""PyTorch's own relu; at 0 its derivative is 0."""

import torch.nn.functional as F

SETTINGS = {"at_zero": 0.0}


def forward(x):
    return F.relu(x)

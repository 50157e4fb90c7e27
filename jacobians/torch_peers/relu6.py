"""PyTorch's own relu6; at 0 and at 6 its derivative is 0."""

import torch.nn.functional as F

SETTINGS = {"at_zero": 0.0, "at_six": 0.0}


def forward(x):
    return F.relu6(x)

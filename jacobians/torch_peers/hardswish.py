"""PyTorch's own hardswish; at −3 and at 3 it takes the derivative of the outer side."""

import torch.nn.functional as F

SETTINGS = {"at_low": 0.0, "at_high": 0.0}


def forward(x):
    return F.hardswish(x)

"""PyTorch's own prelu; at 0 it takes the derivative of the left."""

import torch.nn.functional as F

SETTINGS = {"at_zero": 0.0}


def forward(x, slope):
    return F.prelu(x, slope)

"""PyTorch's own leaky_relu; at 0 it takes the derivative of the left."""

import torch.nn.functional as F

SETTINGS = {"at_zero": 0.0}


def forward(x, slope=0.01):
    return F.leaky_relu(x, slope)

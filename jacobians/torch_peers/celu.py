"""PyTorch's own celu, which (2.13) rounds alpha and 1/alpha to float32: exact for powers of two only."""

import torch.nn.functional as F

SETTINGS = {}


def forward(x, alpha=1.0):
    return F.celu(x, alpha)

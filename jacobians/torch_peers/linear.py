"""PyTorch's own linear."""

import torch.nn.functional as F


def forward(x, W, b):
    return F.linear(x, W, b)

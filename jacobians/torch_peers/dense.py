"""PyTorch's own linear, which maps the last axis."""

import torch.nn.functional as F


def forward(x, W, b):
    return F.linear(x, W, b)

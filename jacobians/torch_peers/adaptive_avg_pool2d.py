"""PyTorch's own adaptive_avg_pool2d."""

import torch.nn.functional as F


def forward(x, size=2):
    return F.adaptive_avg_pool2d(x, size)

"""PyTorch's own unfold."""

import torch.nn.functional as F


def forward(x, kernel=2, stride=1, padding=0, dilation=1):
    return F.unfold(x, kernel, dilation, padding, stride)

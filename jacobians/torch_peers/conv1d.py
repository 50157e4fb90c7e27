"""PyTorch's own conv1d: a correlation."""

import torch.nn.functional as F


def forward(x, W, b, stride=1, padding=0, dilation=1, groups=1):
    return F.conv1d(x, W, b, stride, padding, dilation, groups)

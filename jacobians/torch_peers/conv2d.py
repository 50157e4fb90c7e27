"""PyTorch's own conv2d: a correlation."""

import torch.nn.functional as F


def forward(x, W, b, stride=1, padding=0, dilation=1, groups=1):
    return F.conv2d(x, W, b, stride, padding, dilation, groups)

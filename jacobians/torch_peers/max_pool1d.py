"""PyTorch's own max_pool1d: at a tie the first place has the gradient."""

import torch.nn.functional as F

SETTINGS = {"ties": "first"}


def forward(x, kernel=2, stride=None, padding=0, dilation=1, ceil_mode=False):
    return F.max_pool1d(x, kernel, stride, padding, dilation, ceil_mode)

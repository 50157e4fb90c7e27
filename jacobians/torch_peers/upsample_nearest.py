"""PyTorch's own interpolate with mode "nearest"."""

import torch.nn.functional as F


def forward(x, size=None, scale=2):
    return F.interpolate(x, size=size, scale_factor=scale if size is None else None, mode="nearest")

"""PyTorch's own pixel_shuffle."""

import torch.nn.functional as F


def forward(x, upscale_factor=2):
    return F.pixel_shuffle(x, upscale_factor)

"""PyTorch's own broadcast_to."""

import torch


def forward(x, shape=(2, 3)):
    lined_up = x.reshape(len(x), *(1,) * (len(shape) + 1 - x.ndim), *x.shape[1:])
    return torch.broadcast_to(lined_up, (len(x), *shape))

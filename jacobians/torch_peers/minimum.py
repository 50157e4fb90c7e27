"""PyTorch's own minimum; at a tie each argument gets half."""

import torch

SETTINGS = {"tie": 0.5}


def forward(a, b):
    return torch.minimum(aligned(a, b), aligned(b, a))


def aligned(a, b):
    """a with axes of one after the batch axis, so that an example has at least as many axes as one of b."""
    return a.reshape(len(a), *(1,) * (b.ndim - a.ndim), *a.shape[1:])

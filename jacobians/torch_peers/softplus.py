"""PyTorch's own softplus, which is x itself above its threshold: at 20, its default, that loses digits of y."""

import torch.nn.functional as F

SETTINGS = {}


def forward(x):
    return F.softplus(x, threshold=40)

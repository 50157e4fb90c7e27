"""PyTorch's own instance norm. torch.instance_norm, as F.instance_norm refuses a single position."""

import torch


def forward(x, gamma, beta, eps=1e-5):
    return torch.instance_norm(x, gamma, beta, None, None, True, 0.1, eps, False)

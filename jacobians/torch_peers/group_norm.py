"""PyTorch's own group norm."""

import torch


def forward(x, gamma, beta, groups=32, eps=1e-5):
    return torch.group_norm(x, groups, gamma, beta, eps)

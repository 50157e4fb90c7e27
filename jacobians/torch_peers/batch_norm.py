"""PyTorch's own batch norm in training. torch.batch_norm, as F.batch_norm refuses a channel of one entry."""

import torch


def forward(x, gamma, beta, eps=1e-5):
    return torch.batch_norm(x, gamma, beta, None, None, True, 0.1, eps, False)

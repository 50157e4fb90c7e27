"""PyTorch's own cat."""

import torch


def forward(axis=0, n=2, **x):
    return torch.cat([x[f"x{k}"] for k in range(n)], dim=axis + 1 if axis >= 0 else axis)

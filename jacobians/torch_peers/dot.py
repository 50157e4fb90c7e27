"""PyTorch's own dot product, of each example."""

import torch


def forward(u, v):
    return torch.vmap(torch.dot)(u.flatten(1), v.flatten(1))

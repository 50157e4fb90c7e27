"""PyTorch's own GRU cell: b for its first bias, c for the last third of its second, which is 0 elsewhere."""

import torch


def forward(x, h, W, U, b, c):
    return torch.gru_cell(x, h, W, U, b, torch.cat([torch.zeros_like(c), torch.zeros_like(c), c]))

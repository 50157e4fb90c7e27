"""PyTorch's own Elman cell, with b for its first bias and 0 for its second."""

import torch


def forward(x, h, W, U, b):
    return torch.rnn_tanh_cell(x, h, W, U, b, torch.zeros_like(b))

"""PyTorch's own LSTM cell, with b for its first bias and 0 for its second; its order of gates is ifgo and no other."""

import torch


def forward(x, h, c, W, U, b):
    return torch.stack(torch.lstm_cell(x, (h, c), W, U, b, torch.zeros_like(b)), dim=1)

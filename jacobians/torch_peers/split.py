"""PyTorch's own tensor_split."""

import torch


def forward(x, at=(2,), axis=0):
    parts = torch.tensor_split(x, at, dim=axis + 1 if axis >= 0 else axis)
    return torch.cat([part.flatten(1) for part in parts], dim=1)

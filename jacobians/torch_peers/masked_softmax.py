"""Softmax of PyTorch after masked_fill with its lowest number, and 0 where masked (a slice may be masked whole)."""

import torch
import torch.nn.functional as F


def forward(x, mask, axis=-1):
    mask = mask.reshape(len(mask), *(1,) * (x.ndim - mask.ndim), *mask.shape[1:])
    filled = x.masked_fill(~mask, torch.finfo(x.dtype).min)
    return F.softmax(filled, dim=axis + 1 if axis >= 0 else axis) * mask

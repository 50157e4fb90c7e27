"""PyTorch's own binary cross entropy of logits."""

import torch
import torch.nn.functional as F


def forward(x, target, reduction="mean", pos_weight=1.0):
    weight = torch.tensor(pos_weight, dtype=x.dtype)
    return F.binary_cross_entropy_with_logits(x, target, reduction=reduction, pos_weight=weight)

"""PyTorch's own negative log-likelihood, of log-probabilities and labels."""

import torch
import torch.nn.functional as F


def forward(x, labels, reduction="mean", weight=None, ignore_index=-100):
    weight = None if weight is None else torch.tensor(weight, dtype=x.dtype)
    return F.nll_loss(x, labels, weight=weight, reduction=reduction, ignore_index=ignore_index)

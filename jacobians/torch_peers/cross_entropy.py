"""PyTorch's own cross entropy, of logits and labels."""

import torch
import torch.nn.functional as F


def forward(x, labels, reduction="mean", weight=None, ignore_index=-100, label_smoothing=0.0):
    return F.cross_entropy(
        x,
        labels,
        weight=None if weight is None else torch.tensor(weight, dtype=x.dtype),
        reduction=reduction,
        ignore_index=ignore_index,
        label_smoothing=label_smoothing,
    )

"""PyTorch's own cross entropy, of logits and probabilities."""

import torch.nn.functional as F


def forward(x, target, reduction="mean"):
    return F.cross_entropy(x, target, reduction=reduction)

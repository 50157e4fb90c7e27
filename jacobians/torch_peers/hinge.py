"""PyTorch's own multi_margin_loss, which divides by the number of classes: so each class is weighed with that number.

Its derivative at a margin of 0 is 0.
"""

import torch
import torch.nn.functional as F

SETTINGS = {"at_zero": 0.0}


def forward(x, labels, reduction="mean", delta=1.0):
    C = x.shape[1]
    return F.multi_margin_loss(x, labels, margin=delta, weight=torch.full((C,), C, dtype=x.dtype), reduction=reduction)

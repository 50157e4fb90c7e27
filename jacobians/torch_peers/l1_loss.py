"""PyTorch's own L1 loss; its derivative is 0 where prediction and target are equal."""

import torch.nn.functional as F

SETTINGS = {"at_zero": 0.0}


def forward(yhat, target, reduction="mean"):
    return F.l1_loss(yhat, target, reduction=reduction)

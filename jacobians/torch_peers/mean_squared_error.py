"""PyTorch's own mean squared error."""

import torch.nn.functional as F


def forward(yhat, target, reduction="mean"):
    return F.mse_loss(yhat, target, reduction=reduction)

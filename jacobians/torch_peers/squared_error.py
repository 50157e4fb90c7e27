"""PyTorch's own squared error: mse_loss, summed over each example."""

import torch.nn.functional as F


def forward(yhat, y):
    terms = F.mse_loss(yhat, y, reduction="none")
    return terms.reshape(len(terms), -1).sum(dim=1)

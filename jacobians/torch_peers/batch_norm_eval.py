"""PyTorch's own batch norm with running statistics. It has no gradient for these (mean, var)."""

import torch.nn.functional as F

NO_GRADIENT = ("mean", "var")


def forward(x, gamma, beta, mean, var, eps=1e-5):
    return F.batch_norm(x, mean.detach(), var.detach(), gamma, beta, False, eps=eps)

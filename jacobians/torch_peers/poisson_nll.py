"""PyTorch's own negative log-likelihood of Poisson's distribution."""

import torch.nn.functional as F


def forward(x, target, reduction="mean", log_input=True, eps=1e-8):
    return F.poisson_nll_loss(x, target, log_input=log_input, full=False, eps=eps, reduction=reduction)

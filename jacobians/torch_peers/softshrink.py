"""PyTorch's own softshrink; at the kinks its derivative is 0."""

import torch.nn.functional as F

SETTINGS = {"at_kink": 0.0}


def forward(x, lambd=0.5):
    return F.softshrink(x, lambd)

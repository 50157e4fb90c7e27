"""PyTorch's own layer norm: over as many axes as gamma has."""

import torch.nn.functional as F


def forward(x, gamma, beta, eps=1e-5):
    return F.layer_norm(x, gamma.shape, gamma, beta, eps)

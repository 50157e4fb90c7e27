"""PyTorch's own RMS norm: over as many axes as gamma has. Its default eps is another, so eps is always given."""

import torch.nn.functional as F


def forward(x, gamma, eps=1e-6):
    return F.rms_norm(x, gamma.shape, gamma, eps)

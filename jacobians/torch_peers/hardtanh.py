"""PyTorch's own hardtanh; at both bounds its derivative is 0."""

import torch.nn.functional as F

SETTINGS = {"at_min": 0.0, "at_max": 0.0}


def forward(x, min=-1.0, max=1.0):
    return F.hardtanh(x, min, max)

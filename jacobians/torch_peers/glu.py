"""PyTorch's own glu; its axis counts the batch."""

import torch.nn.functional as F

SETTINGS = {}


def forward(x, axis=-1):
    return F.glu(x, axis if axis < 0 else axis + 1)

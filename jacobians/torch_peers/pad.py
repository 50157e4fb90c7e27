"""PyTorch's own pad; it takes the widths of the last axis first."""

import torch.nn.functional as F


def forward(x, widths=((1, 2),), value=0.0):
    return F.pad(x, [w for pair in reversed(widths) for w in pair], value=value)

"""PyTorch's own embedding.

At padding its y is W[padding_idx], ours 0: the same where that row is 0, as it should be.
"""

import torch.nn.functional as F


def forward(W, index, padding_idx=None):
    return F.embedding(index, W, padding_idx)

"""The contrastive loss on PyTorch's own pairwise_distance."""

import torch
import torch.nn.functional as F


def forward(x1, x2, same, reduction="mean", margin=1.0, eps=1e-6):
    d = F.pairwise_distance(x1, x2, eps=eps)
    loss = torch.where(same == 1, d**2, F.relu(margin - d) ** 2) / 2
    return loss if reduction == "none" else getattr(loss, reduction)()

"""torchvision's sigmoid_focal_loss, in PyTorch."""

import torch
import torch.nn.functional as F


def forward(x, labels, reduction="mean", alpha: float | None = 0.25, gamma=2.0):
    labels = labels.to(x.dtype)
    p = torch.sigmoid(x)
    q = p * labels + (1 - p) * (1 - labels)
    loss = F.binary_cross_entropy_with_logits(x, labels, reduction="none") * (1 - q) ** gamma
    if alpha is not None:
        loss = (alpha * labels + (1 - alpha) * (1 - labels)) * loss
    return loss if reduction == "none" else getattr(loss, reduction)()

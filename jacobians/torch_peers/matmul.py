"""PyTorch's own matmul. Its broadcasting is NumPy's, so the batch axis needs stacks of equal depth."""

import torch


def forward(A, B):
    left = A.unsqueeze(-2) if A.ndim == 2 else A
    right = B.unsqueeze(-1) if B.ndim == 2 else B
    most = max(left.ndim, right.ndim)
    left, right = (a.reshape(len(a), *(1,) * (most - a.ndim), *a.shape[1:]) for a in (left, right))
    y = torch.matmul(left, right)
    y = y.squeeze(-1) if B.ndim == 2 else y
    return y.squeeze(-2 if B.ndim != 2 else -1) if A.ndim == 2 else y

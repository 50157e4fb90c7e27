"""PyTorch's own einsum, the batch being one letter more."""

import torch


def forward(spec="ij,jk->ik", n=2, **x):
    inputs, arrow, kept = spec.replace(" ", "").partition("->")
    if not arrow:
        kept = "".join(sorted(c for c in set(inputs) - {","} if inputs.count(c) == 1))
    batched = ",".join("Z" + own for own in inputs.split(",")) + "->Z" + kept
    return torch.einsum(batched, *(x[f"x{k}"] for k in range(n)))

"""PyTorch's own scaled dot-product attention. Its is_causal is our "start"; our "end" is its causal_lower_right."""

import torch
import torch.nn.functional as F


def forward(q, k, v, causal=None, scale=None):
    mask = None
    if causal == "end":
        T, S = q.shape[1], k.shape[1]
        mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=causal == "start", scale=scale)

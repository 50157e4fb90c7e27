"""PyTorch's hardsigmoid by its relu6: F.hardsigmoid (2.13) rounds 1/6 to float32 in backward, also in float64.

At −3 and at 3 the derivative is 0 in both.
"""

import torch.nn.functional as F

SETTINGS = {"at_low": 0.0, "at_high": 0.0}


def forward(x):
    return F.relu6(x + 3) / 6

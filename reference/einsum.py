"""Einsum, batched: y = Σ x0 x1 …, summed over the letters that are not kept; every operand has a batch axis first.

∂J/∂xk = Σ g Π of the other operands      over the letters that are not xk's    (1)
∂J/∂xk is the same for all entries along a letter that only xk has              (2)
"""

from string import ascii_letters
from typing import Any

import numpy as np

Array = np.ndarray


def forward(spec: str = "ij,jk->ik", n: int = 2, **x: Array) -> tuple[Array, Any]:
    operands = [x[f"x{k}"] for k in range(n)]
    letters, kept = spelled_out(spec, [v.ndim - 1 for v in operands])
    return np.einsum(",".join(letters) + "->" + kept, *operands).copy(), (operands, letters, kept)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    operands, letters, kept = saved
    gradients = {}
    for k, (x, own) in enumerate(zip(operands, letters, strict=True)):
        others = [i for i in range(len(operands)) if i != k]
        known = kept + "".join(letters[i] for i in others)
        each = "".join(dict.fromkeys(own))
        spec = ",".join([kept, *(letters[i] for i in others)]) + "->" + "".join(c for c in each if c in known)
        d = np.einsum(spec, g, *(operands[i] for i in others), optimize=True)  # (1)
        sizes = dict(zip(own, x.shape, strict=True))
        missing = tuple(i for i, c in enumerate(each) if c not in known)
        d = np.expand_dims(d, missing)
        stretched = tuple(i for i, c in enumerate(each) if sizes[c] == 1 != d.shape[i])
        d = d.sum(axis=stretched, keepdims=True)
        dx = np.zeros(x.shape, g.dtype)
        np.einsum(own + "->" + each, dx)[...] = d  # (2), through a view of the diagonals
        gradients[f"x{k}"] = dx
    return gradients


def spelled_out(spec: str, ndims: list[int]) -> tuple[list[str], str]:
    """The letters of each operand and of y, a letter for the batch first, and letters in place of "..."."""
    inputs, arrow, kept = spec.replace(" ", "").partition("->")
    unused = [c for c in ascii_letters if c not in spec]
    batch = unused.pop()
    if not arrow:
        kept = "..." + "".join(c for c in sorted(set(inputs) - set(",.")) if inputs.count(c) == 1)
    letters, longest = [], ""
    for own, ndim in zip(inputs.split(","), ndims, strict=True):
        count = ndim - len(own.replace("...", ""))
        dots = "".join(unused[:count][::-1])  # the last axes of all "..." are the same
        longest = max(longest, dots, key=len)
        letters.append(batch + own.replace("...", dots))
    return letters, batch + kept.replace("...", longest)

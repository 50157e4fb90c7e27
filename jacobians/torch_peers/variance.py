"""PyTorch's own var."""


def forward(x, axis=-1, correction=1):
    return x.var(axis + 1 if axis >= 0 else axis, correction=correction)

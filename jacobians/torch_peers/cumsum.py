"""PyTorch's own cumsum."""


def forward(x, axis=-1):
    return x.cumsum(axis + 1 if axis >= 0 else axis)

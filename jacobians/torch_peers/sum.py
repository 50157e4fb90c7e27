"""PyTorch's own sum."""


def forward(x, axis=None):
    axes = list(range(1, x.ndim))
    return x.sum(axes if axis is None else axes[axis])

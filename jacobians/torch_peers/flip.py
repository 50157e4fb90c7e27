"""PyTorch's own flip."""


def forward(x, axis=None):
    axes = list(range(1, x.ndim))
    return x.flip(axes if axis is None else [axes[axis]])

"""PyTorch's own sum, the examples' shapes brought to one number of axes."""


def forward(a, b):
    most = max(a.ndim, b.ndim)
    a, b = (v.reshape(len(v), *(1,) * (most - v.ndim), *v.shape[1:]) for v in (a, b))
    return a + b

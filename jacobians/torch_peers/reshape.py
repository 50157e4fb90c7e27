"""PyTorch's own reshape."""


def forward(x, shape=(-1,)):
    return x.reshape(len(x), *shape)

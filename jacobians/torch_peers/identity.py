"""PyTorch's own identity: a copy, as autograd sees it."""

SETTINGS = {}


def forward(x):
    return x.clone()

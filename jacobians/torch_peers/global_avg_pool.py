"""PyTorch's mean over all places of each channel, which its AdaptiveAvgPool2d(1) is but for axes of one."""


def forward(x):
    return x.flatten(2).mean(dim=2)

"""The rest of CMU 11-785 mytorch's layers, as a student would write them."""

import numpy as np
from nn import Conv1d_stride1, Conv2d_stride1


class Identity:
    def forward(self, Z):
        self.A = Z
        return self.A

    def backward(self, dLdA):
        return dLdA * np.ones(self.A.shape)


class Dropout:
    def __init__(self, p=0.5):
        self.p = p

    def forward(self, x, train=True):
        if not train:
            return x
        self.mask = np.random.binomial(1, 1 - self.p, x.shape)
        return x * self.mask / (1 - self.p)

    def backward(self, delta):
        return delta * self.mask / (1 - self.p)


class BatchNorm2d:
    def __init__(self, num_features, alpha=0.9):
        self.alpha, self.eps = alpha, 1e-8
        shape = (1, num_features, 1, 1)
        self.BW, self.Bb = np.ones(shape), np.zeros(shape)
        self.running_M, self.running_V = np.zeros(shape), np.ones(shape)

    def forward(self, Z, eval=False):
        if eval:
            return self.BW * (Z - self.running_M) / np.sqrt(self.running_V + self.eps) + self.Bb
        self.M, self.V = Z.mean(axis=(0, 2, 3), keepdims=True), Z.var(axis=(0, 2, 3), keepdims=True)
        self.NZ = (Z - self.M) / np.sqrt(self.V + self.eps)
        self.running_M = self.alpha * self.running_M + (1 - self.alpha) * self.M
        self.running_V = self.alpha * self.running_V + (1 - self.alpha) * self.V
        return self.BW * self.NZ + self.Bb

    def backward(self, dLdBZ):
        axes = (0, 2, 3)
        self.dLdBW = np.sum(dLdBZ * self.NZ, axis=axes, keepdims=True)
        self.dLdBb = np.sum(dLdBZ, axis=axes, keepdims=True)
        d = dLdBZ * self.BW
        mean, along = d.mean(axis=axes, keepdims=True), (d * self.NZ).mean(axis=axes, keepdims=True)
        return (d - mean - self.NZ * along) / np.sqrt(self.V + self.eps)


class Downsample1d:
    def __init__(self, downsampling_factor):
        self.k = downsampling_factor

    def forward(self, A):
        self.shape = A.shape
        return A[:, :, :: self.k]

    def backward(self, dLdZ):
        dLdA = np.zeros(self.shape)
        dLdA[:, :, :: self.k] = dLdZ
        return dLdA


class Downsample2d:
    def __init__(self, downsampling_factor):
        self.k = downsampling_factor

    def forward(self, A):
        self.shape = A.shape
        return A[:, :, :: self.k, :: self.k]

    def backward(self, dLdZ):
        dLdA = np.zeros(self.shape)
        dLdA[:, :, :: self.k, :: self.k] = dLdZ
        return dLdA


class Upsample1d:
    def __init__(self, upsampling_factor):
        self.k = upsampling_factor

    def forward(self, A):
        Z = np.zeros((*A.shape[:2], self.k * (A.shape[2] - 1) + 1))
        Z[:, :, :: self.k] = A
        return Z

    def backward(self, dLdZ):
        return dLdZ[:, :, :: self.k]


class Upsample2d:
    def __init__(self, upsampling_factor):
        self.k = upsampling_factor

    def forward(self, A):
        Z = np.zeros((*A.shape[:2], self.k * (A.shape[2] - 1) + 1, self.k * (A.shape[3] - 1) + 1))
        Z[:, :, :: self.k, :: self.k] = A
        return Z

    def backward(self, dLdZ):
        return dLdZ[:, :, :: self.k, :: self.k]


class ConvTranspose1d:
    def __init__(
        self, in_channels, out_channels, kernel_size, upsampling_factor, weight_init_fn=None, bias_init_fn=None
    ):
        self.upsample1d = Upsample1d(upsampling_factor)
        self.conv1d_stride1 = Conv1d_stride1(in_channels, out_channels, kernel_size)

    def forward(self, A):
        return self.conv1d_stride1.forward(self.upsample1d.forward(A))

    def backward(self, dLdZ):
        return self.upsample1d.backward(self.conv1d_stride1.backward(dLdZ))


class ConvTranspose2d:
    def __init__(
        self, in_channels, out_channels, kernel_size, upsampling_factor, weight_init_fn=None, bias_init_fn=None
    ):
        self.upsample2d = Upsample2d(upsampling_factor)
        self.conv2d_stride1 = Conv2d_stride1(in_channels, out_channels, kernel_size)

    def forward(self, A):
        return self.conv2d_stride1.forward(self.upsample2d.forward(A))

    def backward(self, dLdZ):
        return self.upsample2d.backward(self.conv2d_stride1.backward(dLdZ))

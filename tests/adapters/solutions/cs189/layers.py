"""Berkeley CS189, as a student would write it."""

from abc import ABC, abstractmethod
from collections import OrderedDict

import numpy as np


class Activation(ABC):
    def __call__(self, Z):
        return self.forward(Z)

    @abstractmethod
    def forward(self, Z): ...


class Linear(Activation):
    def forward(self, Z):
        return Z

    def backward(self, Z, dY):
        return dY


class Sigmoid(Activation):
    def forward(self, Z):
        e = np.exp(-np.abs(Z))
        return np.where(Z >= 0, 1 / (1 + e), e / (1 + e))

    def backward(self, Z, dY):
        fn = self.forward(Z)
        return dY * fn * (1 - fn)


class TanH(Activation):
    def forward(self, Z):
        return np.tanh(Z)

    def backward(self, Z, dY):
        return dY * (1 - np.tanh(Z) ** 2)


class ReLU(Activation):
    def forward(self, Z):
        return np.maximum(Z, 0)

    def backward(self, Z, dY):
        return dY * (Z > 0)


class SoftMax(Activation):
    def forward(self, Z):
        e = np.exp(Z - Z.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    def backward(self, Z, dY):
        s = self.forward(Z)
        return s * (dY - (dY * s).sum(axis=-1, keepdims=True))


def initialize_activation(name):
    return {"linear": Linear, "relu": ReLU, "sigmoid": Sigmoid, "tanh": TanH, "softmax": SoftMax}[name]()


class FullyConnected:
    def __init__(self, n_out, activation, weight_init="xavier_uniform"):
        self.n_in, self.n_out = None, n_out
        self.activation = initialize_activation(activation)
        self.parameters, self.cache, self.gradients = {}, {}, {}

    def _init_parameters(self, X_shape):
        self.n_in = X_shape[1]
        W, b = np.random.randn(self.n_in, self.n_out), np.zeros((1, self.n_out))
        self.parameters = OrderedDict({"W": W, "b": b})
        self.cache = OrderedDict({"X": [], "Z": []})
        self.gradients = OrderedDict({"W": np.zeros_like(W), "b": np.zeros_like(b)})

    def forward(self, X):
        if self.n_in is None:
            self._init_parameters(X.shape)
        Z = X @ self.parameters["W"] + self.parameters["b"]
        self.cache["X"], self.cache["Z"] = X, Z
        return self.activation(Z)

    def backward(self, dLdY):
        dZ = self.activation.backward(self.cache["Z"], dLdY)
        self.gradients["W"] = self.cache["X"].T @ dZ
        self.gradients["b"] = dZ.sum(axis=0, keepdims=True)
        return dZ @ self.parameters["W"].T


class Conv2D:
    def __init__(self, n_out, kernel_shape, activation, stride=1, pad="same", weight_init="xavier_uniform"):
        self.n_in, self.n_out, self.kernel_shape, self.stride, self.pad = None, n_out, kernel_shape, stride, pad
        self.activation = initialize_activation(activation)

    def _init_parameters(self, X_shape):
        self.n_in = X_shape[3]
        W = np.random.randn(*self.kernel_shape, self.n_in, self.n_out)
        self.parameters = OrderedDict({"W": W, "b": np.zeros((1, self.n_out))})
        self.cache, self.gradients = OrderedDict(), OrderedDict()
        if self.pad == "same":
            self.pad = (W.shape[0] - 1) // 2, (W.shape[1] - 1) // 2
        elif self.pad == "valid":
            self.pad = 0, 0

    def _padded(self, X):
        return np.pad(X, ((0, 0), (self.pad[0], self.pad[0]), (self.pad[1], self.pad[1]), (0, 0)))

    def forward(self, X):
        W, b, s = self.parameters["W"], self.parameters["b"], self.stride
        kh, kw = self.kernel_shape
        padded = self._padded(X)
        rows, cols = (padded.shape[1] - kh) // s + 1, (padded.shape[2] - kw) // s + 1
        Z = np.zeros((X.shape[0], rows, cols, self.n_out))
        for i in range(rows):
            for j in range(cols):
                Z[:, i, j] = np.tensordot(padded[:, i * s : i * s + kh, j * s : j * s + kw], W, axes=3) + b
        self.cache["Z"], self.cache["X"] = Z, X
        return self.activation(Z)

    def backward(self, dLdY):
        X, W, s = self.cache["X"], self.parameters["W"], self.stride
        kh, kw = self.kernel_shape
        dZ = self.activation.backward(self.cache["Z"], dLdY)
        padded = self._padded(X)
        dX, dW = np.zeros_like(padded), np.zeros_like(W)
        for i in range(dZ.shape[1]):
            for j in range(dZ.shape[2]):
                rows, cols = slice(i * s, i * s + kh), slice(j * s, j * s + kw)
                dX[:, rows, cols] += np.tensordot(dZ[:, i, j], W, axes=([1], [3]))
                dW += np.tensordot(padded[:, rows, cols], dZ[:, i, j], axes=([0], [0]))
        self.gradients["W"], self.gradients["b"] = dW, dZ.sum(axis=(0, 1, 2)).reshape(1, -1)
        (top, left), (h, w) = self.pad, X.shape[1:3]
        return dX[:, top : top + h, left : left + w]


class Pool2D:
    def __init__(self, kernel_shape, mode="max", stride=1, pad="valid"):
        self.kernel_shape, self.stride, self.mode = kernel_shape, stride, mode

    def _windows(self, X):
        (kh, kw), s = self.kernel_shape, self.stride
        for i in range((X.shape[1] - kh) // s + 1):
            for j in range((X.shape[2] - kw) // s + 1):
                yield i, j, slice(i * s, i * s + kh), slice(j * s, j * s + kw)

    def forward(self, X):
        (kh, kw), s = self.kernel_shape, self.stride
        self.X = X
        Y = np.zeros((X.shape[0], (X.shape[1] - kh) // s + 1, (X.shape[2] - kw) // s + 1, X.shape[3]))
        for i, j, rows, cols in self._windows(X):
            window = X[:, rows, cols]
            Y[:, i, j] = window.max(axis=(1, 2)) if self.mode == "max" else window.mean(axis=(1, 2))
        return Y

    def backward(self, dLdY):
        dX = np.zeros_like(self.X)
        for i, j, rows, cols in self._windows(self.X):
            window, g = self.X[:, rows, cols], dLdY[:, i, j][:, None, None]
            if self.mode == "max":
                dX[:, rows, cols] += g * (window == window.max(axis=(1, 2), keepdims=True))
            else:
                dX[:, rows, cols] += g / np.prod(self.kernel_shape)
        return dX

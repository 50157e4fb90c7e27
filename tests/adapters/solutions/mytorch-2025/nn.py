"""CMU 11-785, 2025, as a student would write it."""

import numpy as np
from scipy.special import erf


class Linear:
    def __init__(self, in_features, out_features):
        self.W, self.b = None, None

    def init_weights(self, W, b):
        self.W, self.b = W, b

    def forward(self, A):
        self.A = A
        return A @ self.W.T + self.b

    def backward(self, dLdZ):
        flat, A = dLdZ.reshape(-1, dLdZ.shape[-1]), self.A.reshape(-1, self.A.shape[-1])
        self.dLdW = flat.T @ A
        self.dLdb = flat.sum(axis=0)
        self.dLdA = (flat @ self.W).reshape(self.A.shape)
        return self.dLdA


class Softmax:
    def __init__(self, dim=-1):
        self.dim = dim

    def forward(self, Z):
        e = np.exp(Z - Z.max(axis=self.dim, keepdims=True))
        self.A = e / e.sum(axis=self.dim, keepdims=True)
        return self.A

    def backward(self, dLdA):
        return self.A * (dLdA - (dLdA * self.A).sum(axis=self.dim, keepdims=True))


class ReLU:
    def forward(self, Z):
        self.Z = Z
        return np.maximum(Z, 0)

    def backward(self, dLdA):
        return dLdA * (self.Z > 0)


class GELU:
    def forward(self, Z):
        self.Z = Z
        return 0.5 * Z * (1 + erf(Z / np.sqrt(2)))

    def backward(self, dLdA):
        Z = self.Z
        return dLdA * (0.5 * (1 + erf(Z / np.sqrt(2))) + Z / np.sqrt(2 * np.pi) * np.exp(-0.5 * Z**2))


class ScaledDotProductAttention:
    def __init__(self):
        self.softmax = Softmax(-1)

    def forward(self, Q, K, V, mask=None):
        self.Q, self.K, self.V = Q, K, V
        self.scale = 1 / np.sqrt(Q.shape[-1])
        scores = Q @ np.swapaxes(K, -1, -2) * self.scale
        if mask is not None:
            scores = np.where(mask, -1e9, scores)
        self.p = self.softmax.forward(scores)
        return self.p @ V

    def backward(self, d_output):
        dV = np.swapaxes(self.p, -1, -2) @ d_output
        d_scores = self.softmax.backward(d_output @ np.swapaxes(self.V, -1, -2)) * self.scale
        return d_scores @ self.K, np.swapaxes(d_scores, -1, -2) @ self.Q, dV

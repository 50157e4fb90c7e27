"""CMU 11-785 mytorch, 2022 and later, as a student would write it."""

import numpy as np
from scipy.special import erf


class Linear:
    def __init__(self, in_features, out_features, debug=False):
        self.W = np.zeros((out_features, in_features))
        self.b = np.zeros((out_features, 1))
        self.debug = debug

    def forward(self, A):
        self.A = A
        self.N = A.shape[0]
        self.Ones = np.ones((self.N, 1))
        return self.A @ self.W.T + self.Ones @ self.b.T

    def backward(self, dLdZ):
        dLdA = dLdZ @ self.W
        self.dLdW = dLdZ.T @ self.A
        self.dLdb = dLdZ.T @ self.Ones
        return dLdA


class Sigmoid:
    def forward(self, Z):
        e = np.exp(-np.abs(Z))
        self.A = np.where(Z >= 0, 1 / (1 + e), e / (1 + e))
        return self.A

    def backward(self, dLdA):
        return dLdA * self.A * (1 - self.A)


class Tanh:
    def forward(self, Z):
        self.A = np.tanh(Z)
        return self.A

    def backward(self, dLdA):
        return dLdA * (1 - self.A**2)


class ReLU:
    def forward(self, Z):
        self.A = np.maximum(0, Z)
        return self.A

    def backward(self, dLdA):
        return np.where(self.A > 0, dLdA, 0)


class GELU:
    def forward(self, Z):
        self.Z = Z
        return 0.5 * Z * (1 + erf(Z / np.sqrt(2)))

    def backward(self, dLdA):
        Z = self.Z
        return dLdA * (0.5 * (1 + erf(Z / np.sqrt(2))) + Z / np.sqrt(2 * np.pi) * np.exp(-(Z**2) / 2))


class Softmax:
    def forward(self, Z):
        e = np.exp(Z - Z.max(axis=1, keepdims=True))
        self.A = e / e.sum(axis=1, keepdims=True)
        return self.A

    def backward(self, dLdA):
        N, C = dLdA.shape
        dLdZ = np.zeros((N, C))
        for i in range(N):
            a = self.A[i]
            J = np.diag(a) - np.outer(a, a)
            dLdZ[i] = dLdA[i] @ J
        return dLdZ


class MSELoss:
    def forward(self, A, Y):
        self.A, self.Y = A, Y
        self.N, self.C = A.shape
        se = (A - Y) * (A - Y)
        return np.sum(se) / (self.N * self.C)

    def backward(self):
        return 2 * (self.A - self.Y) / (self.N * self.C)


class CrossEntropyLoss:
    def forward(self, A, Y):
        self.A, self.Y = A, Y
        self.N = A.shape[0]
        shifted = A - A.max(axis=1, keepdims=True)
        log_softmax = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        self.softmax = np.exp(log_softmax)
        return np.sum(-Y * log_softmax) / self.N

    def backward(self):
        return (self.softmax - self.Y) / self.N


class BatchNorm1d:
    def __init__(self, num_features, alpha=0.9):
        self.alpha = alpha
        self.eps = 1e-8
        self.BW = np.ones((1, num_features))
        self.Bb = np.zeros((1, num_features))
        self.running_M = np.zeros((1, num_features))
        self.running_V = np.ones((1, num_features))

    def forward(self, Z, eval=False):
        if eval:
            return self.BW * (Z - self.running_M) / np.sqrt(self.running_V + self.eps) + self.Bb
        self.Z = Z
        self.N = Z.shape[0]
        self.M = np.mean(Z, axis=0, keepdims=True)
        self.V = np.var(Z, axis=0, keepdims=True)
        self.NZ = (Z - self.M) / np.sqrt(self.V + self.eps)
        self.running_M = self.alpha * self.running_M + (1 - self.alpha) * self.M
        self.running_V = self.alpha * self.running_V + (1 - self.alpha) * self.V
        return self.BW * self.NZ + self.Bb

    def backward(self, dLdBZ):
        self.dLdBW = np.sum(dLdBZ * self.NZ, axis=0, keepdims=True)
        self.dLdBb = np.sum(dLdBZ, axis=0, keepdims=True)
        dLdNZ = dLdBZ * self.BW
        mean = dLdNZ.mean(axis=0, keepdims=True)
        along = (dLdNZ * self.NZ).mean(axis=0, keepdims=True)
        return (dLdNZ - mean - self.NZ * along) / np.sqrt(self.V + self.eps)


class Flatten:
    def forward(self, A):
        self.shape = A.shape
        return A.reshape(A.shape[0], -1)

    def backward(self, dLdZ):
        return dLdZ.reshape(self.shape)


class Conv1d_stride1:
    def __init__(self, in_channels, out_channels, kernel_size, weight_init_fn=None, bias_init_fn=None):
        self.out_channels, self.kernel_size = out_channels, kernel_size
        self.W = np.random.normal(0, 1.0, (out_channels, in_channels, kernel_size))
        self.b = np.zeros(out_channels)

    def forward(self, A):
        self.A = A
        out = A.shape[2] - self.kernel_size + 1
        Z = np.zeros((A.shape[0], self.out_channels, out))
        for i in range(out):
            Z[:, :, i] = np.tensordot(A[:, :, i : i + self.kernel_size], self.W, axes=([1, 2], [1, 2])) + self.b
        return Z

    def backward(self, dLdZ):
        self.dLdb = dLdZ.sum(axis=(0, 2))
        self.dLdW = np.zeros(self.W.shape)
        out = dLdZ.shape[2]
        for k in range(self.kernel_size):
            self.dLdW[:, :, k] = np.tensordot(dLdZ, self.A[:, :, k : k + out], axes=([0, 2], [0, 2]))
        padded = np.pad(dLdZ, ((0, 0), (0, 0), (self.kernel_size - 1,) * 2))
        flipped = self.W[:, :, ::-1]
        dLdA = np.zeros(self.A.shape)
        for i in range(self.A.shape[2]):
            dLdA[:, :, i] = np.tensordot(padded[:, :, i : i + self.kernel_size], flipped, axes=([1, 2], [0, 2]))
        return dLdA


class Conv1d:
    def __init__(
        self, in_channels, out_channels, kernel_size, stride, padding=0, weight_init_fn=None, bias_init_fn=None
    ):
        self.stride, self.pad = stride, padding
        self.conv1d_stride1 = Conv1d_stride1(in_channels, out_channels, kernel_size)

    def forward(self, A):
        Z = self.conv1d_stride1.forward(np.pad(A, ((0, 0), (0, 0), (self.pad, self.pad))))
        self.width = Z.shape[2]
        return Z[:, :, :: self.stride]

    def backward(self, dLdZ):
        up = np.zeros((*dLdZ.shape[:2], self.width))
        up[:, :, :: self.stride] = dLdZ
        dLdA = self.conv1d_stride1.backward(up)
        return dLdA[:, :, self.pad : dLdA.shape[2] - self.pad]


class Conv2d_stride1:
    def __init__(self, in_channels, out_channels, kernel_size, weight_init_fn=None, bias_init_fn=None):
        self.out_channels, self.kernel_size = out_channels, kernel_size
        self.W = np.random.normal(0, 1.0, (out_channels, in_channels, kernel_size, kernel_size))
        self.b = np.zeros(out_channels)

    def forward(self, A):
        self.A, K = A, self.kernel_size
        H, W = A.shape[2] - K + 1, A.shape[3] - K + 1
        Z = np.zeros((A.shape[0], self.out_channels, H, W))
        for i in range(H):
            for j in range(W):
                Z[:, :, i, j] = np.tensordot(A[:, :, i : i + K, j : j + K], self.W, axes=([1, 2, 3], [1, 2, 3]))
        return Z + self.b[None, :, None, None]

    def backward(self, dLdZ):
        K, (H, W) = self.kernel_size, dLdZ.shape[2:]
        self.dLdb = dLdZ.sum(axis=(0, 2, 3))
        self.dLdW = np.zeros(self.W.shape)
        for i in range(K):
            for j in range(K):
                self.dLdW[:, :, i, j] = np.tensordot(
                    dLdZ, self.A[:, :, i : i + H, j : j + W], axes=([0, 2, 3], [0, 2, 3])
                )
        padded = np.pad(dLdZ, ((0, 0), (0, 0), (K - 1, K - 1), (K - 1, K - 1)))
        flipped = self.W[:, :, ::-1, ::-1]
        dLdA = np.zeros(self.A.shape)
        for i in range(self.A.shape[2]):
            for j in range(self.A.shape[3]):
                dLdA[:, :, i, j] = np.tensordot(
                    padded[:, :, i : i + K, j : j + K], flipped, axes=([1, 2, 3], [0, 2, 3])
                )
        return dLdA


class Conv2d:
    def __init__(
        self, in_channels, out_channels, kernel_size, stride, padding=0, weight_init_fn=None, bias_init_fn=None
    ):
        self.stride, self.pad = stride, padding
        self.conv2d_stride1 = Conv2d_stride1(in_channels, out_channels, kernel_size)

    def forward(self, A):
        p = (self.pad, self.pad)
        Z = self.conv2d_stride1.forward(np.pad(A, ((0, 0), (0, 0), p, p)))
        self.shape = Z.shape
        return Z[:, :, :: self.stride, :: self.stride]

    def backward(self, dLdZ):
        up = np.zeros(self.shape)
        up[:, :, :: self.stride, :: self.stride] = dLdZ
        dLdA = self.conv2d_stride1.backward(up)
        H, W = dLdA.shape[2:]
        return dLdA[:, :, self.pad : H - self.pad, self.pad : W - self.pad]


class MaxPool2d:
    def __init__(self, kernel, stride):
        self.kernel, self.stride = kernel, stride

    def forward(self, A):
        self.A, K, S = A, self.kernel, self.stride
        N, C, H, W = A.shape
        Z = np.zeros((N, C, (H - K) // S + 1, (W - K) // S + 1))
        for i in range(Z.shape[2]):
            for j in range(Z.shape[3]):
                Z[:, :, i, j] = A[:, :, i * S : i * S + K, j * S : j * S + K].max(axis=(2, 3))
        return Z

    def backward(self, dLdZ):
        K, S = self.kernel, self.stride
        dLdA = np.zeros(self.A.shape)
        for n, c, i, j in np.ndindex(*dLdZ.shape):
            window = self.A[n, c, i * S : i * S + K, j * S : j * S + K]
            a, b = np.unravel_index(window.argmax(), window.shape)
            dLdA[n, c, i * S + a, j * S + b] += dLdZ[n, c, i, j]
        return dLdA


class MeanPool2d:
    def __init__(self, kernel, stride):
        self.kernel, self.stride = kernel, stride

    def forward(self, A):
        self.shape, K, S = A.shape, self.kernel, self.stride
        N, C, H, W = A.shape
        Z = np.zeros((N, C, (H - K) // S + 1, (W - K) // S + 1))
        for i in range(Z.shape[2]):
            for j in range(Z.shape[3]):
                Z[:, :, i, j] = A[:, :, i * S : i * S + K, j * S : j * S + K].mean(axis=(2, 3))
        return Z

    def backward(self, dLdZ):
        K, S = self.kernel, self.stride
        dLdA = np.zeros(self.shape)
        for i in range(dLdZ.shape[2]):
            for j in range(dLdZ.shape[3]):
                dLdA[:, :, i * S : i * S + K, j * S : j * S + K] += dLdZ[:, :, i, j][:, :, None, None] / K**2
        return dLdA


class RNNCell:
    def __init__(self, input_size, hidden_size):
        self.W_ih = np.random.randn(hidden_size, input_size)
        self.W_hh = np.random.randn(hidden_size, hidden_size)
        self.b_ih, self.b_hh = np.random.randn(hidden_size), np.random.randn(hidden_size)
        self.dW_ih, self.dW_hh = np.zeros((hidden_size, input_size)), np.zeros((hidden_size, hidden_size))
        self.db_ih, self.db_hh = np.zeros(hidden_size), np.zeros(hidden_size)

    def forward(self, x, h_prev_t):
        return np.tanh(x @ self.W_ih.T + self.b_ih + h_prev_t @ self.W_hh.T + self.b_hh)

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        batch_size = delta.shape[0]
        dz = delta * (1 - h_t**2)
        self.dW_ih += dz.T @ h_prev_l / batch_size
        self.dW_hh += dz.T @ h_prev_t / batch_size
        self.db_ih += dz.sum(axis=0) / batch_size
        self.db_hh += dz.sum(axis=0) / batch_size
        return dz @ self.W_ih, dz @ self.W_hh


class GRUCell:
    def __init__(self, input_size, hidden_size):
        self.d, self.h = input_size, hidden_size

    def forward(self, x, h_prev_t):
        self.x, self.hidden = x, h_prev_t
        sigmoid = Sigmoid().forward
        self.r = sigmoid(self.Wrx @ x + self.brx + self.Wrh @ h_prev_t + self.brh)
        self.z = sigmoid(self.Wzx @ x + self.bzx + self.Wzh @ h_prev_t + self.bzh)
        self.q = self.Wnh @ h_prev_t + self.bnh
        self.n = np.tanh(self.Wnx @ x + self.bnx + self.r * self.q)
        return (1 - self.z) * self.n + self.z * h_prev_t

    def backward(self, delta):
        dn = delta * (1 - self.z) * (1 - self.n**2)
        dz = delta * (self.hidden - self.n) * self.z * (1 - self.z)
        dr = dn * self.q * self.r * (1 - self.r)
        dq = dn * self.r
        self.dWnx, self.dWzx, self.dWrx = np.outer(dn, self.x), np.outer(dz, self.x), np.outer(dr, self.x)
        self.dWnh, self.dWzh, self.dWrh = (
            np.outer(dq, self.hidden),
            np.outer(dz, self.hidden),
            np.outer(dr, self.hidden),
        )
        self.dbnx, self.dbnh, self.dbzx, self.dbzh, self.dbrx, self.dbrh = dn, dq, dz, dz, dr, dr
        dx = dn @ self.Wnx + dz @ self.Wzx + dr @ self.Wrx
        dh = delta * self.z + dq @ self.Wnh + dz @ self.Wzh + dr @ self.Wrh
        return dx, dh

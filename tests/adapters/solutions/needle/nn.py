"""More of needle's ops, its modules and its optimizers."""

import numpy as np
from ops import BroadcastTo, Tensor, TensorOp, add, logsumexp, multiply, power_scalar


class Negate(TensorOp):
    def compute(self, a):
        return -a

    def gradient(self, out_grad, node):
        return negate(out_grad)


def negate(a):
    return Negate()(a)


class AddScalar(TensorOp):
    def __init__(self, scalar):
        self.scalar = scalar

    def compute(self, a):
        return a + self.scalar

    def gradient(self, out_grad, node):
        return out_grad


def add_scalar(a, scalar):
    return AddScalar(scalar)(a)


class MulScalar(TensorOp):
    def __init__(self, scalar):
        self.scalar = scalar

    def compute(self, a):
        return a * self.scalar

    def gradient(self, out_grad, node):
        return mul_scalar(out_grad, self.scalar)


def mul_scalar(a, scalar):
    return MulScalar(scalar)(a)


class EWiseDiv(TensorOp):
    def compute(self, a, b):
        return a / b

    def gradient(self, out_grad, node):
        lhs, rhs = node.inputs
        return divide(out_grad, rhs), negate(divide(multiply(out_grad, lhs), multiply(rhs, rhs)))


def divide(a, b):
    return EWiseDiv()(a, b)


class DivScalar(TensorOp):
    def __init__(self, scalar):
        self.scalar = scalar

    def compute(self, a):
        return a / self.scalar

    def gradient(self, out_grad, node):
        return divide_scalar(out_grad, self.scalar)


def divide_scalar(a, scalar):
    return DivScalar(scalar)(a)


class Tanh(TensorOp):
    def compute(self, a):
        return np.tanh(a)

    def gradient(self, out_grad, node):
        return Tensor(out_grad.cached * (1 - node.cached**2))


def tanh(a):
    return Tanh()(a)


class Transpose(TensorOp):
    def __init__(self, axes=None):
        self.axes = axes or (-1, -2)

    def compute(self, a):
        return np.swapaxes(a, *self.axes)

    def gradient(self, out_grad, node):
        return transpose(out_grad, self.axes)


def transpose(a, axes=None):
    return Transpose(axes)(a)


class Reshape(TensorOp):
    def __init__(self, shape):
        self.shape = shape

    def compute(self, a):
        return np.reshape(a, self.shape)

    def gradient(self, out_grad, node):
        return reshape(out_grad, node.inputs[0].shape)


def reshape(a, shape):
    return Reshape(shape)(a)


class Broadcast(TensorOp):
    def __init__(self, shape):
        self.shape = shape

    def compute(self, a):
        return np.broadcast_to(a, self.shape)

    def gradient(self, out_grad, node):
        shape = node.inputs[0].shape
        padded = (1,) * (len(self.shape) - len(shape)) + shape
        axes = tuple(k for k, (n, m) in enumerate(zip(padded, self.shape, strict=True)) if n != m)
        return reshape(summation(out_grad, axes), shape)


def broadcast_to(a, shape):
    return Broadcast(shape)(a)


class Summation(TensorOp):
    def __init__(self, axes=None):
        self.axes = axes

    def compute(self, a):
        return np.sum(a, axis=self.axes)

    def gradient(self, out_grad, node):
        shape = node.inputs[0].shape
        kept = np.sum(node.inputs[0].cached, axis=self.axes, keepdims=True).shape
        return broadcast_to(reshape(out_grad, kept), shape)


def summation(a, axes=None):
    return Summation(axes)(a)


class LogSoftmax(TensorOp):
    def compute(self, Z):
        shifted = Z - Z.max(axis=1, keepdims=True)
        return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))

    def gradient(self, out_grad, node):
        g = out_grad.cached
        return Tensor(g - np.exp(node.cached) * g.sum(axis=1, keepdims=True))


def logsoftmax(a):
    return LogSoftmax()(a)


class Conv(TensorOp):
    def __init__(self, stride=1, padding=0):
        self.stride, self.padding = stride, padding

    def _windows(self, A, B):
        p, s, k = self.padding, self.stride, B.shape[0]
        padded = np.pad(A, ((0, 0), (p, p), (p, p), (0, 0)))
        for i in range((padded.shape[1] - k) // s + 1):
            for j in range((padded.shape[2] - k) // s + 1):
                yield i, j, padded, (slice(None), slice(i * s, i * s + k), slice(j * s, j * s + k))

    def compute(self, A, B):
        p, s, k = self.padding, self.stride, B.shape[0]
        rows, cols = ((n + 2 * p - k) // s + 1 for n in A.shape[1:3])
        Z = np.zeros((A.shape[0], rows, cols, B.shape[3]))
        for i, j, padded, at in self._windows(A, B):
            Z[:, i, j] = np.tensordot(padded[at], B, axes=3)
        return Z

    def gradient(self, out_grad, node):
        A, B = (n.cached for n in node.inputs)
        g, p = out_grad.cached, self.padding
        dA, dB = np.zeros((A.shape[0], A.shape[1] + 2 * p, A.shape[2] + 2 * p, A.shape[3])), np.zeros(B.shape)
        for i, j, padded, at in self._windows(A, B):
            dA[at] += np.tensordot(g[:, i, j], B, axes=([1], [3]))
            dB += np.tensordot(padded[at], g[:, i, j], axes=([0], [0]))
        return Tensor(dA[:, p : p + A.shape[1], p : p + A.shape[2]]), Tensor(dB)


def conv(a, b, stride=1, padding=1):
    return Conv(stride, padding)(a, b)


class Flatten:
    def forward(self, X):
        return reshape(X, (X.shape[0], -1))


class SoftmaxLoss:
    def forward(self, logits, y):
        n, k = logits.shape
        one_hot = Tensor(np.eye(k)[y.numpy()])
        chosen = summation(multiply(logits, one_hot), (1,))
        return divide_scalar(summation(add(logsumexp(logits, (1,)), negate(chosen))), n)


def _normalized(x, axis, eps):
    """x minus its mean, over its standard deviation, along one axis of a matrix."""
    n = x.shape[axis]
    kept = tuple(1 if k == axis else m for k, m in enumerate(x.shape))

    def spread(v):
        return broadcast_to(reshape(v, kept), x.shape)

    centred = add(x, negate(spread(divide_scalar(summation(x, (axis,)), n))))
    variance = divide_scalar(summation(power_scalar(centred, 2), (axis,)), n)
    return divide(centred, spread(power_scalar(add_scalar(variance, eps), 0.5)))


def _scaled(x, weight, bias):
    row = (1, x.shape[1])
    w, b = (BroadcastTo(x.shape)(reshape(v, row)) for v in (weight, bias))
    return add(multiply(x, w), b)


class LayerNorm1d:
    def __init__(self, dim, eps=1e-5):
        self.eps = eps
        self.weight, self.bias = Tensor(np.ones(dim)), Tensor(np.zeros(dim))

    def forward(self, x):
        return _scaled(_normalized(x, 1, self.eps), self.weight, self.bias)


class BatchNorm1d:
    def __init__(self, dim, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.weight, self.bias = Tensor(np.ones(dim)), Tensor(np.zeros(dim))

    def forward(self, x):
        return _scaled(_normalized(x, 0, self.eps), self.weight, self.bias)


class SGD:
    def __init__(self, params, lr=0.01, momentum=0.0, weight_decay=0.0):
        self.params, self.lr, self.momentum, self.weight_decay = params, lr, momentum, weight_decay
        self.u = {}

    def step(self):
        for p in self.params:
            grad = p.grad.cached + self.weight_decay * p.cached
            self.u[p] = self.momentum * self.u.get(p, 0) + (1 - self.momentum) * grad
            p.cached = p.cached - self.lr * self.u[p]


class Adam:
    def __init__(self, params, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0):
        self.params, self.lr, self.beta1, self.beta2, self.eps = params, lr, beta1, beta2, eps
        self.weight_decay, self.t, self.m, self.v = weight_decay, 0, {}, {}

    def step(self):
        self.t += 1
        for p in self.params:
            grad = p.grad.cached + self.weight_decay * p.cached
            self.m[p] = self.beta1 * self.m.get(p, 0) + (1 - self.beta1) * grad
            self.v[p] = self.beta2 * self.v.get(p, 0) + (1 - self.beta2) * grad**2
            m_hat, v_hat = self.m[p] / (1 - self.beta1**self.t), self.v[p] / (1 - self.beta2**self.t)
            p.cached = p.cached - self.lr * m_hat / (v_hat**0.5 + self.eps)


def softmax_loss(Z, y):
    return np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(Z)), y])

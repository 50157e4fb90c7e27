"""The ops and Linear of needle, with as much of its Tensor as they need."""

import numpy as np


class Tensor:
    def __init__(self, array, op=None, inputs=()):
        self.cached, self.op, self.inputs, self.grad = array, op, inputs, None

    def numpy(self):
        return self.cached

    @property
    def shape(self):
        return self.cached.shape

    def backward(self, out_grad=None):
        order = []

        def visit(node):
            if node not in order:
                for i in node.inputs:
                    visit(i)
                order.append(node)

        visit(self)
        grads = {self: out_grad or Tensor(np.ones(self.shape))}
        for node in reversed(order):
            node.grad = grads[node]
            if node.op is None:
                continue
            for i, g in zip(node.inputs, node.op.gradient_as_tuple(node.grad, node), strict=True):
                grads[i] = Tensor(grads[i].cached + g.cached) if i in grads else g


class TensorOp:
    def __call__(self, *args):
        return Tensor(self.compute(*(a.cached for a in args)), self, args)

    def gradient_as_tuple(self, out_grad, node):
        out = self.gradient(out_grad, node)
        return out if isinstance(out, tuple) else (out,)


class EWiseAdd(TensorOp):
    def compute(self, a, b):
        return a + b

    def gradient(self, out_grad, node):
        return out_grad, out_grad


def add(a, b):
    return EWiseAdd()(a, b)


class EWiseMul(TensorOp):
    def compute(self, a, b):
        return a * b

    def gradient(self, out_grad, node):
        lhs, rhs = node.inputs
        return multiply(out_grad, rhs), multiply(out_grad, lhs)


def multiply(a, b):
    return EWiseMul()(a, b)


class PowerScalar(TensorOp):
    def __init__(self, scalar):
        self.scalar = scalar

    def compute(self, a):
        return a**self.scalar

    def gradient(self, out_grad, node):
        a = node.inputs[0].cached
        return Tensor(out_grad.cached * self.scalar * a ** (self.scalar - 1))


def power_scalar(a, scalar):
    return PowerScalar(scalar)(a)


class MatMul(TensorOp):
    def compute(self, a, b):
        return a @ b

    def gradient(self, out_grad, node):
        a, b = (i.cached for i in node.inputs)
        g = out_grad.cached
        da, db = g @ np.swapaxes(b, -1, -2), np.swapaxes(a, -1, -2) @ g
        da = da.sum(axis=tuple(range(da.ndim - a.ndim)))
        db = db.sum(axis=tuple(range(db.ndim - b.ndim)))
        return Tensor(da), Tensor(db)


def matmul(a, b):
    return MatMul()(a, b)


class ReLU(TensorOp):
    def compute(self, a):
        return np.maximum(a, 0)

    def gradient(self, out_grad, node):
        return Tensor(out_grad.cached * (node.inputs[0].cached > 0))


def relu(a):
    return ReLU()(a)


class Exp(TensorOp):
    def compute(self, a):
        return np.exp(a)

    def gradient(self, out_grad, node):
        return Tensor(out_grad.cached * node.cached)


def exp(a):
    return Exp()(a)


class Log(TensorOp):
    def compute(self, a):
        return np.log(a)

    def gradient(self, out_grad, node):
        return Tensor(out_grad.cached / node.inputs[0].cached)


def log(a):
    return Log()(a)


class LogSumExp(TensorOp):
    def __init__(self, axes=None):
        self.axes = axes

    def compute(self, Z):
        m = Z.max(axis=self.axes, keepdims=True)
        return np.log(np.exp(Z - m).sum(axis=self.axes)) + m.reshape(np.sum(Z, axis=self.axes).shape)

    def gradient(self, out_grad, node):
        Z = node.inputs[0].cached
        e = np.exp(Z - Z.max(axis=self.axes, keepdims=True))
        p = e / e.sum(axis=self.axes, keepdims=True)
        return Tensor(p * out_grad.cached.reshape(np.sum(Z, axis=self.axes, keepdims=True).shape))


def logsumexp(a, axes=None):
    return LogSumExp(axes=axes)(a)


class BroadcastTo(TensorOp):
    def __init__(self, shape):
        self.shape = shape

    def compute(self, a):
        return np.broadcast_to(a, self.shape)

    def gradient(self, out_grad, node):
        shape = node.inputs[0].shape
        axes = tuple(k for k, n in enumerate(shape) if n == 1)
        return Tensor(out_grad.cached.sum(axis=axes, keepdims=True).reshape(shape))


class Linear:
    def __init__(self, in_features, out_features, bias=True):
        self.weight = Tensor(np.random.randn(in_features, out_features))
        self.bias = Tensor(np.zeros((1, out_features)))

    def forward(self, X):
        Y = matmul(X, self.weight)
        return add(Y, BroadcastTo(Y.shape)(self.bias))

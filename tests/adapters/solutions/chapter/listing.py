"""The chapter's listing, corrected, and other layers in its style: one example, data in columns, gradients in rows."""

import numpy as np


class linear:
    def __init__(self, W, b, lr):
        self.W = W
        self.b = b
        self.lr = lr  # learning rate

    def forward(self, x_in):
        self.x_in = x_in
        return matmul(self.W, x_in) + self.b  # noqa: F821  the listing does not import it

    def backward(self, J_out):
        J_in = matmul(J_out, self.W)  # noqa: F821
        dJdW = matmul(self.x_in, J_out)  # noqa: F821
        dJdb = J_out
        return J_in, dJdW, dJdb

    def update(self, dJdW, dJdb):
        self.W -= self.lr * dJdW.transpose()
        self.b -= self.lr * dJdb.transpose()


class relu:
    def forward(self, x_in):
        self.x_in = x_in
        return np.maximum(x_in, 0)

    def backward(self, J_out):
        return J_out * (self.x_in >= 0).T


class softmax:
    def forward(self, x_in):
        e = np.exp(x_in - x_in.max())
        self.y = e / e.sum()
        return self.y

    def backward(self, J_out):
        return (J_out - J_out @ self.y) * self.y.T


class squared_error:
    def forward(self, y_hat, y):
        self.d = y_hat - y
        return np.sum(self.d**2)

    def backward(self, J_out):
        return J_out * 2 * self.d.T

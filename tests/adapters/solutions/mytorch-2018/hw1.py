"""CMU 11-785, 2018 to 2021, as a student would write it."""

import numpy as np


class Activation:
    def __init__(self):
        self.state = None

    def __call__(self, x):
        return self.forward(x)


class Sigmoid(Activation):
    def forward(self, x):
        e = np.exp(-np.abs(x))
        self.state = np.where(x >= 0, 1 / (1 + e), e / (1 + e))
        return self.state

    def derivative(self):
        return self.state * (1 - self.state)


class Tanh(Activation):
    def forward(self, x):
        self.state = np.tanh(x)
        return self.state

    def derivative(self):
        return 1 - self.state**2


class ReLU(Activation):
    def forward(self, x):
        self.state = np.maximum(x, 0)
        return self.state

    def derivative(self):
        return (self.state > 0).astype(float)


class SoftmaxCrossEntropy:
    def forward(self, x, y):
        self.labels = y
        a = x.max(axis=1, keepdims=True)
        log_sum = a + np.log(np.exp(x - a).sum(axis=1, keepdims=True))
        self.sm = np.exp(x - log_sum)
        return -((x - log_sum) * y).sum(axis=1)

    def derivative(self):
        return self.sm - self.labels


class Linear:
    def __init__(self, in_feature, out_feature, weight_init_fn, bias_init_fn):
        self.W = weight_init_fn(in_feature, out_feature)
        self.b = bias_init_fn(out_feature)
        self.dW = np.zeros(self.W.shape)
        self.db = np.zeros(self.b.shape)

    def forward(self, x):
        self.x = x
        return x.dot(self.W) + self.b

    def backward(self, delta):
        batch = delta.shape[0]
        self.dW = self.x.T.dot(delta) / batch
        self.db = np.mean(delta, axis=0, keepdims=True)
        return delta.dot(self.W.T)


class BatchNorm:
    def __init__(self, in_feature, alpha=0.9):
        self.eps = 1e-8
        self.gamma, self.beta = np.ones((1, in_feature)), np.zeros((1, in_feature))

    def forward(self, x, eval=False):
        self.mean, self.var = x.mean(axis=0), x.var(axis=0)
        self.norm = (x - self.mean) / np.sqrt(self.var + self.eps)
        return self.gamma * self.norm + self.beta

    def backward(self, delta):
        self.dbeta = delta.sum(axis=0, keepdims=True)
        self.dgamma = (delta * self.norm).sum(axis=0, keepdims=True)
        d = delta * self.gamma
        return (d - d.mean(axis=0) - self.norm * (d * self.norm).mean(axis=0)) / np.sqrt(self.var + self.eps)

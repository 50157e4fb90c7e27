"""CMU 11-785 mytorch's optimizers, as a student would write them."""

import numpy as np


class SGD:
    def __init__(self, model, lr=0.1, momentum=0):
        self.l, self.L = model.layers, len(model.layers)
        self.lr, self.mu = lr, momentum
        self.v_W = [np.zeros(layer.W.shape, dtype="f") for layer in self.l]
        self.v_b = [np.zeros(layer.b.shape, dtype="f") for layer in self.l]

    def step(self):
        for i in range(self.L):
            if self.mu == 0:
                self.l[i].W -= self.lr * self.l[i].dLdW
                self.l[i].b -= self.lr * self.l[i].dLdb
            else:
                self.v_W[i] = self.mu * self.v_W[i] + self.l[i].dLdW
                self.v_b[i] = self.mu * self.v_b[i] + self.l[i].dLdb
                self.l[i].W -= self.lr * self.v_W[i]
                self.l[i].b -= self.lr * self.v_b[i]


class Adam:
    def __init__(self, model, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.l, self.lr, self.beta1, self.beta2, self.eps, self.t = model.layers, lr, beta1, beta2, eps, 0
        self.m_W = [np.zeros(layer.W.shape, dtype="f") for layer in self.l]
        self.v_W = [np.zeros(layer.W.shape, dtype="f") for layer in self.l]
        self.m_b = [np.zeros(layer.b.shape, dtype="f") for layer in self.l]
        self.v_b = [np.zeros(layer.b.shape, dtype="f") for layer in self.l]

    def step(self):
        self.t += 1
        for i, layer in enumerate(self.l):
            self.m_W[i] = self.beta1 * self.m_W[i] + (1 - self.beta1) * layer.dLdW
            self.v_W[i] = self.beta2 * self.v_W[i] + (1 - self.beta2) * layer.dLdW**2
            self.m_b[i] = self.beta1 * self.m_b[i] + (1 - self.beta1) * layer.dLdb
            self.v_b[i] = self.beta2 * self.v_b[i] + (1 - self.beta2) * layer.dLdb**2
            layer.W = layer.W - self.lr * self._hat(self.m_W[i], self.beta1) / self._root(self.v_W[i])
            layer.b = layer.b - self.lr * self._hat(self.m_b[i], self.beta1) / self._root(self.v_b[i])

    def _hat(self, mean, beta):
        return mean / (1 - beta**self.t)

    def _root(self, v):
        return np.sqrt(self._hat(v, self.beta2)) + self.eps

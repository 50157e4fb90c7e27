"""CS231n's fully connected networks, as a student would write it."""

import numpy as np
from layer_utils import affine_relu_backward, affine_relu_forward
from layers import (
    affine_backward,
    affine_forward,
    batchnorm_backward,
    batchnorm_forward,
    layernorm_backward,
    layernorm_forward,
    relu_backward,
    relu_forward,
    softmax_loss,
)


class TwoLayerNet:
    def __init__(self, input_dim=3 * 32 * 32, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
        self.reg = reg
        self.params = {
            "W1": weight_scale * np.random.randn(input_dim, hidden_dim),
            "b1": np.zeros(hidden_dim),
            "W2": weight_scale * np.random.randn(hidden_dim, num_classes),
            "b2": np.zeros(num_classes),
        }

    def loss(self, X, y=None):
        W1, b1, W2, b2 = (self.params[k] for k in ("W1", "b1", "W2", "b2"))
        hidden, hidden_cache = affine_relu_forward(X, W1, b1)
        scores, cache = affine_forward(hidden, W2, b2)
        if y is None:
            return scores
        loss, dscores = softmax_loss(scores, y)
        loss += 0.5 * self.reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
        dhidden, dW2, db2 = affine_backward(dscores, cache)
        _, dW1, db1 = affine_relu_backward(dhidden, hidden_cache)
        grads = {"W1": dW1 + self.reg * W1, "b1": db1, "W2": dW2 + self.reg * W2, "b2": db2}
        return loss, grads


class FullyConnectedNet:
    def __init__(
        self,
        hidden_dims,
        input_dim=3 * 32 * 32,
        num_classes=10,
        dropout_keep_ratio=1,
        normalization=None,
        reg=0.0,
        weight_scale=1e-2,
        dtype=np.float32,
        seed=None,
    ):
        self.normalization, self.reg, self.dtype = normalization, reg, dtype
        self.num_layers = 1 + len(hidden_dims)
        self.params = {}
        dims = [input_dim, *hidden_dims, num_classes]
        for k in range(1, self.num_layers + 1):
            self.params[f"W{k}"] = weight_scale * np.random.randn(dims[k - 1], dims[k])
            self.params[f"b{k}"] = np.zeros(dims[k])
            if normalization and k < self.num_layers:
                self.params[f"gamma{k}"], self.params[f"beta{k}"] = np.ones(dims[k]), np.zeros(dims[k])
        self.bn_params = [{"mode": "train"} for _ in hidden_dims]
        for k, v in self.params.items():
            self.params[k] = v.astype(dtype)

    def loss(self, X, y=None):
        out, caches, p = X.astype(self.dtype), [], self.params
        for k in range(1, self.num_layers):
            out, affine_cache = affine_forward(out, p[f"W{k}"], p[f"b{k}"])
            norm_cache = None
            if self.normalization == "batchnorm":
                out, norm_cache = batchnorm_forward(out, p[f"gamma{k}"], p[f"beta{k}"], self.bn_params[k - 1])
            elif self.normalization == "layernorm":
                out, norm_cache = layernorm_forward(out, p[f"gamma{k}"], p[f"beta{k}"], {})
            out, relu_cache = relu_forward(out)
            caches.append((affine_cache, norm_cache, relu_cache))
        L = self.num_layers
        scores, cache = affine_forward(out, p[f"W{L}"], p[f"b{L}"])
        if y is None:
            return scores
        loss, d = softmax_loss(scores, y)
        grads = {}
        d, grads[f"W{L}"], grads[f"b{L}"] = affine_backward(d, cache)
        for k in reversed(range(1, L)):
            affine_cache, norm_cache, relu_cache = caches[k - 1]
            d = relu_backward(d, relu_cache)
            if norm_cache is not None:
                backward = batchnorm_backward if self.normalization == "batchnorm" else layernorm_backward
                d, grads[f"gamma{k}"], grads[f"beta{k}"] = backward(d, norm_cache)
            d, grads[f"W{k}"], grads[f"b{k}"] = affine_backward(d, affine_cache)
        for k in range(1, L + 1):
            loss += 0.5 * self.reg * np.sum(p[f"W{k}"] ** 2)
            grads[f"W{k}"] += self.reg * p[f"W{k}"]
        return loss, grads

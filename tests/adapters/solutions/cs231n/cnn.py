"""CS231n's convolutional network, as a student would write it."""

import numpy as np
from layer_utils import affine_relu_backward, affine_relu_forward, conv_relu_pool_backward, conv_relu_pool_forward
from layers import affine_backward, affine_forward, softmax_loss


class ThreeLayerConvNet:
    def __init__(
        self,
        input_dim=(3, 32, 32),
        num_filters=32,
        filter_size=7,
        hidden_dim=100,
        num_classes=10,
        weight_scale=1e-3,
        reg=0.0,
        dtype=np.float32,
    ):
        C, H, W = input_dim
        self.reg, self.dtype = reg, dtype
        shapes = {"W1": (num_filters, C, filter_size, filter_size), "W2": (num_filters * H * W // 4, hidden_dim)}
        shapes["W3"] = (hidden_dim, num_classes)
        self.params = {k: weight_scale * np.random.randn(*shape) for k, shape in shapes.items()}
        self.params |= {"b1": np.zeros(num_filters), "b2": np.zeros(hidden_dim), "b3": np.zeros(num_classes)}
        self.params = {k: v.astype(dtype) for k, v in self.params.items()}

    def loss(self, X, y=None):
        W1, b1, W2, b2, W3, b3 = (self.params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
        conv_param = {"stride": 1, "pad": (W1.shape[2] - 1) // 2}
        pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
        maps, conv_cache = conv_relu_pool_forward(X.astype(self.dtype), W1, b1, conv_param, pool_param)
        hidden, hidden_cache = affine_relu_forward(maps, W2, b2)
        scores, cache = affine_forward(hidden, W3, b3)
        if y is None:
            return scores
        loss, d = softmax_loss(scores, y)
        loss += 0.5 * self.reg * sum(np.sum(W**2) for W in (W1, W2, W3))
        d, dW3, db3 = affine_backward(d, cache)
        d, dW2, db2 = affine_relu_backward(d, hidden_cache)
        _, dW1, db1 = conv_relu_pool_backward(d, conv_cache)
        grads = {"W1": dW1 + self.reg * W1, "W2": dW2 + self.reg * W2, "W3": dW3 + self.reg * W3}
        return loss, grads | {"b1": db1, "b2": db2, "b3": db3}

"""Course 1 of deeplearning.ai, weeks 2 to 4, as a student would write it."""

import numpy as np
from week import linear_activation_backward, linear_activation_forward, sigmoid


def compute_cost(AL, Y):
    m = Y.shape[1]
    return np.squeeze(-1 / m * np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)))


def propagate(w, b, X, Y):
    m = X.shape[1]
    A, _ = sigmoid(np.dot(w.T, X) + b)
    return {"dw": np.dot(X, (A - Y).T) / m, "db": np.sum(A - Y) / m}, compute_cost(A, Y)


def forward_propagation(X, parameters):
    Z1 = np.dot(parameters["W1"], X) + parameters["b1"]
    A1 = np.tanh(Z1)
    Z2 = np.dot(parameters["W2"], A1) + parameters["b2"]
    A2, _ = sigmoid(Z2)
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def backward_propagation(parameters, cache, X, Y):
    m, A1 = X.shape[1], cache["A1"]
    dZ2 = cache["A2"] - Y
    dZ1 = np.dot(parameters["W2"].T, dZ2) * (1 - A1**2)
    return {
        "dW1": np.dot(dZ1, X.T) / m,
        "db1": np.sum(dZ1, axis=1, keepdims=True) / m,
        "dW2": np.dot(dZ2, A1.T) / m,
        "db2": np.sum(dZ2, axis=1, keepdims=True) / m,
    }


def L_model_forward(X, parameters):
    caches, A, L = [], X, len(parameters) // 2
    for k in range(1, L + 1):
        activation = "sigmoid" if k == L else "relu"
        A, cache = linear_activation_forward(A, parameters[f"W{k}"], parameters[f"b{k}"], activation)
        caches.append(cache)
    return A, caches


def L_model_backward(AL, Y, caches):
    grads, L = {}, len(caches)
    dA = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    for k in reversed(range(1, L + 1)):
        activation = "sigmoid" if k == L else "relu"
        dA, grads[f"dW{k}"], grads[f"db{k}"] = linear_activation_backward(dA, caches[k - 1], activation)
        grads[f"dA{k - 1}"] = dA
    return grads

"""Course 2 of deeplearning.ai, week 2, as a student would write it."""

import numpy as np


def update_parameters_with_gd(parameters, grads, learning_rate):
    for k in range(1, len(parameters) // 2 + 1):
        for name in (f"W{k}", f"b{k}"):
            parameters[name] = parameters[name] - learning_rate * grads["d" + name]
    return parameters


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    for k in range(1, len(parameters) // 2 + 1):
        v[f"dW{k}"] = beta * v[f"dW{k}"] + (1 - beta) * grads[f"dW{k}"]
        v[f"db{k}"] = beta * v[f"db{k}"] + (1 - beta) * grads[f"db{k}"]
        parameters[f"W{k}"] -= learning_rate * v[f"dW{k}"]
        parameters[f"b{k}"] -= learning_rate * v[f"db{k}"]
    return parameters, v


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    v_corrected, s_corrected = {}, {}
    for name in grads:
        v[name] = beta1 * v[name] + (1 - beta1) * grads[name]
        v_corrected[name] = v[name] / (1 - beta1**t)
        s[name] = beta2 * s[name] + (1 - beta2) * grads[name] ** 2
        s_corrected[name] = s[name] / (1 - beta2**t)
        step = v_corrected[name] / (np.sqrt(s_corrected[name]) + epsilon)
        parameters[name[1:]] = parameters[name[1:]] - learning_rate * step
    return parameters, v, s, v_corrected, s_corrected

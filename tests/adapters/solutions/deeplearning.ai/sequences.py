"""Course 5 of deeplearning.ai, week 1, as a student would write it."""

import numpy as np
from week import rnn_cell_backward, rnn_cell_forward, sigmoid


def softmax(x):
    e = np.exp(x - x.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def rnn_forward(x, a0, parameters):
    caches, a_next = [], a0
    _, m, T_x = x.shape
    a = np.zeros((a0.shape[0], m, T_x))
    y_pred = np.zeros((parameters["Wya"].shape[0], m, T_x))
    for t in range(T_x):
        a_next, y_pred[:, :, t], cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        caches.append(cache)
    return a, y_pred, (caches, x)


def rnn_backward(da, caches):
    caches, x = caches
    dx, da_prevt = np.zeros(x.shape), np.zeros(da.shape[:2])
    dWax = dWaa = dba = 0
    for t in reversed(range(da.shape[2])):
        gradients = rnn_cell_backward(da[:, :, t] + da_prevt, caches[t])
        da_prevt = gradients["da_prev"]
        dx[:, :, t] = gradients["dxt"]
        dWax, dWaa = dWax + gradients["dWax"], dWaa + gradients["dWaa"]
        dba = dba + gradients["dba"]
    return {"dx": dx, "da0": da_prevt, "dWax": dWax, "dWaa": dWaa, "dba": dba}


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    concat = np.concatenate((a_prev, xt), axis=0)
    ft = sigmoid(np.dot(parameters["Wf"], concat) + parameters["bf"])[0]
    it = sigmoid(np.dot(parameters["Wi"], concat) + parameters["bi"])[0]
    cct = np.tanh(np.dot(parameters["Wc"], concat) + parameters["bc"])
    c_next = ft * c_prev + it * cct
    ot = sigmoid(np.dot(parameters["Wo"], concat) + parameters["bo"])[0]
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(np.dot(parameters["Wy"], a_next) + parameters["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def lstm_cell_backward(da_next, dc_next, cache):
    (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters) = cache
    n_a = a_next.shape[0]
    concat = np.concatenate((a_prev, xt), axis=0)
    dot = da_next * np.tanh(c_next) * ot * (1 - ot)
    dc = dc_next + ot * (1 - np.square(np.tanh(c_next))) * da_next
    dcct = dc * it * (1 - np.square(cct))
    dit = dc * cct * it * (1 - it)
    dft = dc * c_prev * ft * (1 - ft)
    gates = {"f": dft, "i": dit, "c": dcct, "o": dot}
    back = sum(np.dot(parameters["W" + k].T, d) for k, d in gates.items())
    gradients = {"dxt": back[n_a:], "da_prev": back[:n_a], "dc_prev": dc * ft}
    for k, d in gates.items():
        gradients["dW" + k] = np.dot(d, concat.T)
        gradients["db" + k] = np.sum(d, axis=1, keepdims=True)
    return gradients


def lstm_forward(x, a0, parameters):
    caches, a_next, c_next = [], a0, np.zeros(a0.shape)
    n_y, n_a = parameters["Wy"].shape
    _, m, T_x = x.shape
    a, y, c = np.zeros((n_a, m, T_x)), np.zeros((n_y, m, T_x)), np.zeros((n_a, m, T_x))
    for t in range(T_x):
        a_next, c_next, y[:, :, t], cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a[:, :, t], c[:, :, t] = a_next, c_next
        caches.append(cache)
    return a, y, c, (caches, x)


def lstm_backward(da, caches):
    caches, x = caches
    names = [kind + gate for kind in ("dW", "db") for gate in "fico"]
    dx, da_prevt, dc_prevt = np.zeros(x.shape), np.zeros(da.shape[:2]), np.zeros(da.shape[:2])
    total = dict.fromkeys(names, 0)
    for t in reversed(range(da.shape[2])):
        gradients = lstm_cell_backward(da[:, :, t] + da_prevt, dc_prevt, caches[t])
        da_prevt, dc_prevt = gradients["da_prev"], gradients["dc_prev"]
        dx[:, :, t] = gradients["dxt"]
        total = {k: total[k] + gradients[k] for k in names}
    return {"dx": dx, "da0": da_prevt, **total}


def clip(gradients, maxValue):
    for gradient in gradients.values():
        np.clip(gradient, -maxValue, maxValue, out=gradient)
    return gradients

"""Right numbers, and something else that a caller relies on is not so."""

from .door import relu

LINEAR = """
import numpy as np
kept, total, given = {}, {}, {}
def forward(x, W, b):
    saved = {"x": x, "W": W}
    given.update(saved)
    return x @ W.T + b, saved
def backward(g, saved):
    x, W = saved["x"], saved["W"]
    return {"x": g @ W, "W": g.T @ x, "b": g.sum(axis=0)}
"""
RETURN = '    return {"x": g @ W, "W": g.T @ x, "b": g.sum(axis=0)}'


def linear(old, new):
    """The report on a linear layer with one of its lines written otherwise."""
    assert old in LINEAR
    return lambda at: at.judged(LINEAR.replace(old, new), "linear")


def adding(line):
    """The report on a rectifier whose backward takes `into`, and adds so."""
    text = "import numpy as np\ndef forward(x):\n    return np.maximum(x, 0), x\ndef backward(g, x, into=None):\n"
    text += f'    d = g * (x >= 0)\n    if into is None:\n        return {{"x": d}}\n    {line}\n'
    return lambda at: at.judged(text)


CASES = {
    "verify/contract.py": {
        "forward twice with the same arguments gave two different y: nothing may be left over": relu(
            "kept.append(0); return np.maximum(x, 0) * (1 + len(kept) % 2 * 2.0**-52), x", rest="kept = []"
        ),
        "backward twice for the same g gave two different gradients of x: nothing may be left over": relu(
            backward='kept.append(0); return {"x": g * (x >= 0) * (1 + len(kept) % 2 * 2.0**-52)}', rest="kept = []"
        ),
    },
    "verify/contracts/accumulates.py": {
        "add the gradient to what into['x'] holds, and leaves the gradient alone: write += for =": adding(
            'into["x"][...] = d'
        ),
        "add the gradient to what into['x'] holds, and leaves something else than the sum": adding(
            'into["x"] += 2 * d'
        ),
    },
    "verify/contracts/empty.py": {
        "for an empty batch the y that forward returned has shape [1, 5, 6], expected [0, 5, 6]": relu(
            "return (np.maximum(x, 0) if len(x) else np.zeros((1, *x.shape[1:]))), x"
        ),
        "for an empty batch the gradient of b has 6 of 6 entries not finite, the first nan at [0]": linear(
            "g.sum(axis=0)", "g.mean(axis=0) * len(g)"
        ),
        "for an empty batch the gradient of b is not 0, as a sum over no examples is": linear(
            "g.sum(axis=0)", "g.sum(axis=0) if len(g) else 1 + g.sum(axis=0)"
        ),
    },
    "verify/contracts/linear.py": {
        "for 4 g the gradient of x is not 4 times that for g: something in backward is not linear in g": relu(
            backward='return {"x": np.where(x >= 0, g + 2.0**-52 * np.sin(g), 0)}'
        ),
    },
    "verify/contracts/saved.py": {
        "backward works once only on what forward saved, which must stay as it is: backward raised KeyError": linear(
            'saved["x"], saved["W"]', 'saved.pop("x"), saved.pop("W")'
        ),
        "a second backward overwrites the gradient of W that the first one returned: return a new array": linear(
            RETURN,
            "    dW = kept.setdefault(W.shape, np.empty_like(W))\n    dW[...] = g.T @ x\n"
            '    return {"x": g @ W, "W": dW, "b": g.sum(axis=0)}',
        ),
        "after another forward, gives another gradient of x: read all from `saved`, and change nothing": linear(
            '    x, W = saved["x"], saved["W"]', '    x, W = given["x"], given["W"]'
        ),
    },
    "verify/contracts/strides.py": {
        "with g broadcast from one number (stride 0): backward raised ValueError: output array is read-only": relu(
            backward='g *= 2; d = g * (x >= 0) / 2; g /= 2; return {"x": d}'
        ),
        "with g in Fortran order the gradient of x is wrong, with a plain g it is right: start from "
        "np.array(g, order='C')": relu(backward='return {"x": g.ravel("K").reshape(g.shape) * (x >= 0)}'),
        "with the arguments in Fortran order the gradient of x is wrong, with plain ones it is right: start from "
        "np.array(x, order='C')": relu(backward='return {"x": g * (x.ravel("K").reshape(x.shape) >= 0)}'),
    },
}

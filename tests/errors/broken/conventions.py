"""Code in a course's convention that does not give what its lines take, or stops."""

import numpy as np

from jacobians.adapters.conventions.convention import load, read
from jacobians.adapters.conventions.find import found_in
from jacobians.adapters.local import Local

RELU = """
import numpy as np
def f(x):
    return np.maximum(x, 0), x
def b(dout, cache):
    return dout * (cache > 0)
"""
LINEAR = """
class linear:
    def __init__(self, W, b, lr):
        self.W, self.b, self.lr = W, b, lr
    def forward(self, x_in):
        self.x_in = x_in
        return self.W @ x_in + self.b
    def backward(self, J_out):
        return J_out @ self.W, self.x_in @ J_out, J_out
    def update(self, dJdW, dJdb):
        self.W -= self.lr * dJdW.T
        self.b -= self.lr * dJdb.T
"""
AFFINE = """
class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, dout):
        self.dw, self.db = self.x.T @ dout, dout.sum(axis=0)
        return dout @ self.W.T
"""
MYTORCH = "class Linear:\n    def forward(self, x): pass\n    def backward(self, delta): pass\n"


def part_of(text, convention, part):
    """The report on a file's part of a convention, as `jacobians check --convention` has it."""

    def report(at):
        place = Local(at.file(text), given={n: getattr(np, n) for n in convention.given})
        fast = found_in(place, convention)[part]
        return at.reported(fast, fast.layer)

    return report


def relu(old="", new="", **keys):
    """A rectifier in a convention of one's own, with one line of either written otherwise."""
    assert old in RELU
    said = {"layer": "relu", "forward": "out, cache = f(x)", "backward": "dx = b(dout, cache)", **keys}
    return part_of(RELU.replace(old, new), read({"parts": {"it": said}}, "mine"), "it")


def linear(old, new):
    """The chapter's class, with one line written otherwise."""
    assert old in LINEAR
    return part_of(LINEAR.replace(old, new), load("chapter"), "linear")


CASES = {
    "adapters/conventions/find.py": {
        "the file has f, but no b: did you mean 'bb'?": relu("def b(", "def bb("),
    },
    "adapters/conventions/steps.py": {
        "f returned an array of shape [1, 5, 6]: return out, cache": relu("maximum(x, 0), x", "maximum(x, 0)"),
        "f returned None: return out, cache": relu("return np.maximum(x, 0), x", "pass"),
        "f returned a tuple of 3: return out, cache": relu("maximum(x, 0), x", "maximum(x, 0), x, x"),
        "the lines of the convention read attributes or items of x, which is an array of shape [1, 5, 6]": relu(
            forward="out, cache = f(x.data)"
        ),
    },
    "adapters/conventions/update.py": {
        "update raised ValueError: operands could not be broadcast together with shapes (6,5) (5,6)": linear(
            "dJdW.T", "dJdW"
        ),
        "update does not leave W − lr·(∂J/∂W)ᵀ in self.W": linear("W -= self.lr *", "W += self.lr *"),
    },
    "adapters/conventions/words.py": {
        "the convention lays out dout as 'n c -> c n', which its shape [1, 5, 6] here does not fit: change": relu(
            layout={"dout": "n c -> c n"}
        ),
        "dx is None: it should be an array of numbers": relu("return dout", "dout"),
        "dx is a list of 2, of which NumPy makes no array: it should be an array of numbers": relu(
            "dout * (cache > 0)", "[dout, 0]"
        ),
        "dx has shape [6, 5, 1], expected [1, 5, 6]: it is transposed": relu(
            "dout * (cache > 0)", "(dout * (cache > 0)).T"
        ),
    },
    "adapters/local.py": {
        "mine.py defines no 'np': define or import it": part_of(MYTORCH, load("mytorch-2018"), "Linear"),
        "forward is no function: it is a int": linear("self.lr = W, b, lr", "self.lr, self.forward = W, b, lr, 3"),
        "an object of class Affine has no 'dW' (it has W, b, x, dw and db). Did you mean 'dw'?": part_of(
            AFFINE, load("scratch"), "Affine"
        ),
        "reading dW raised ZeroDivisionError: division by zero": part_of(
            f"{AFFINE}    @property\n    def dW(self):\n        1 / 0\n", load("scratch"), "Affine"
        ),
        "forward raised NameError: name 'W' is not defined, at line 7, `return W @ x_in + self.b`: forward reads W, "
        "defined nowhere; write self.W": linear("self.W @ x_in", "W @ x_in"),
        "forward raised ZeroDivisionError: division by zero, at line 7": linear("self.b\n", "1 / 0\n"),
    },
}

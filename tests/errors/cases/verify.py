"""Files of a person's, formats, and settings that no point has."""

import numpy as np

from jacobians import Point
from jacobians.layers import find
from jacobians.verify.bound import bounded_jacobians
from jacobians.verify.differences import quotient
from jacobians.verify.door import examine
from jacobians.verify.formats import get_format

from ...test_layer_definition import define


class OnlyForward:
    @staticmethod
    def forward(x):
        return x, x


class OtherNames:
    @staticmethod
    def forward(data):
        return data, data

    @staticmethod
    def backward(g, saved):
        return {"x": g}


def checked(text, name="mine.py"):
    """Check a file that holds this."""

    def typed(at):
        at.file(text, name)
        return at.typed("check", name, "--layer", "relu")

    return typed


def folder(at):
    (at.folder / "mine.py").mkdir()
    return at.typed("check", "mine.py", "--layer", "relu")


def without_ml_dtypes(at):
    at.without("ml_dtypes")
    return at.typed("check", "--layer", "relu", "--dtype", "bfloat16")


def transposed_L(at):
    odd = define(forward=lambda self, x: x[:1], L_x=lambda self, x: np.ones((3, 1)))
    bounded_jacobians(Point(odd(), {"x": np.ones(3)}), get_format("float32"))["x"]


CASES = {
    "verify/bound.py": {"Odd(): L_x is [3, 1], and must have |y| rows and |x| columns, [1, 3]": transposed_L},
    "verify/differences.py": {
        "ReLU() has no Jacobian for 'y': write one of x": lambda at: quotient(
            Point(find("relu")(), {"x": np.ones(2)}), "y"
        )
    },
    "verify/door.py": {
        "mine has no function 'backward' (it has forward): write `def backward(g, saved)`": lambda at: examine(
            OnlyForward, ("x",), "mine"
        ),
        "forward of mine takes data, but is called with x= by name: write `def forward(x)`": lambda at: examine(
            OtherNames, ("x",), "mine"
        ),
    },
    "verify/formats.py": {
        "no format is called 'flaot32': write one of float64, float32, float16, bfloat16. Did": lambda at: at.typed(
            "check", "--dtype", "flaot32"
        ),
        "bfloat16 needs the package ml_dtypes: pip install '.[bfloat16]'": without_ml_dtypes,
    },
    "verify/large.py": {
        "the sums over all blocks, with what bounds them, take": lambda at: at.typed(
            "check", "--layer", "linear", "--at", "x=64x80,W=4x80,b=4", "--memory", "1MB"
        )
    },
    "verify/load.py": {
        "there is no file 'none.py': give the path of a Python file with forward and backward": lambda at: at.typed(
            "check", "none.py", "--layer", "relu"
        ),
        "'mine.py' is a folder: give the path of a .py file with forward and backward": folder,
        "'mine.txt' is a .txt file: give the path of a .py file": checked("x = 1", "mine.txt"),
        "mine.py is not valid Python: line 1, `def f(:`: ": checked("def f(:\n"),
        "mine.py could not be loaded: it raised ZeroDivisionError: division by zero, at line 2, `1 / 0`": checked(
            "x = 1\n1 / 0\n"
        ),
        "mine.py replaces numpy's exp: everyone who uses NumPy then gets another function": checked(
            "import numpy\nnumpy.exp = numpy.exp2\n"
        ),
    },
    "verify/trial.py": {
        "--setting axis=9: Sum can have that at none of its points": lambda at: at.typed(
            "check", "--layer", "sum", "--setting", "axis=9"
        ),
    },
}

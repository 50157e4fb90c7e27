"""Forward and backward that give what is no answer, or change what they were given."""

LOSS = """
def forward(yhat, target):
    d = yhat - target
    return (d * d).mean(), 2 * d / d.size
def backward(g, d):
    return {"yhat": g * d} | ({"target": -g * d} if g > 0 else {})
"""


def relu(forward="return np.maximum(x, 0), x", backward='return {"x": g * (x >= 0)}', rest=""):
    """The report on a rectifier with one of its lines written otherwise."""
    text = f"import numpy as np\ndef forward(x):\n    {forward}\ndef backward(g, x):\n    {backward}\n{rest}\n"
    return lambda at: at.judged(text)


JVP = "def jvp(v, x):\n    v['x'] *= x >= 0\n    return v['x']"

CASES = {
    "verify/door.py": {
        "backward wrote into the y that forward had returned: work on a copy": relu(
            "y = np.maximum(x, 0); return y, y", 'x *= 2; return {"x": g * (x > 0)}'
        ),
        "jvp wrote into the tangent of x: work on a copy": relu(rest=JVP),
        "forward returned a value of type ndarray: return the pair (y, saved), saved being what": relu(
            "return np.maximum(x, 0)"
        ),
        "forward returned a tuple of 3: return the pair (y, saved)": relu("return x, x, x"),
        "backward returned a value of type ndarray: return the dict {'x': …}": relu(backward="return g * (x >= 0)"),
        "backward returned a gradient for dx: return those of x, by these names": relu(
            backward='return {"dx": g * (x >= 0)}'
        ),
        "backward returned no gradient for x (it returned dx): write {'x': …}": relu(
            backward='return {"dx": g * (x >= 0)}'
        ),
        "backward returned no gradient for x (it returned none): write {'x': …}": relu(backward='return {"x": None}'),
        "the gradient of x is a list of 2, of which NumPy makes no array (ValueError: ": relu(
            backward='return {"x": [g, 0]}'
        ),
        "the y that forward returned is None: return an array of float64": relu("return None, x"),
        "the gradient of x is a value of type ndarray of object: return an array of float64": relu(
            backward='return {"x": g.astype(object)}'
        ),
        "the gradient of x has masked entries: return an ordinary array with a number everywhere": relu(
            backward='return {"x": np.ma.masked_less(g, 0)}'
        ),
        "the gradient of x has shape [6, 5, 1], expected [1, 5, 6]: it is transposed": relu(
            backward='return {"x": (g * (x >= 0)).T}'
        ),
        "the gradient of x is float32, expected float64 like the inputs": relu(
            backward='return {"x": (g * (x >= 0)).astype(np.float32)}'
        ),
        "entries not finite, the first nan at [0, 0, ": relu(backward='return {"x": g * np.sqrt(x) / np.sqrt(x)}'),
        "backward raised ZeroDivisionError: division by zero, at line 5, `1 / 0` (given g [1, 5, 6])": relu(
            backward="1 / 0"
        ),
        "forward raised SystemExit: no, at line 3, `raise SystemExit('no')` (given x [1, 5, 6])": relu(
            "raise SystemExit('no')"
        ),
        "forward replaced numpy's exp: everyone who uses NumPy then gets another function": relu(
            "np.exp = np.exp2; return np.maximum(x, 0), x"
        ),
        "the code wrote into its input x: work on a copy": relu("x *= x > 0; return x.copy(), x.copy()"),
        "backward wrote into the upstream gradient g: work on a copy, other readers need g whole": relu(
            backward='g *= x >= 0; return {"x": g.copy()}'
        ),
    },
    "verify/examine.py": {
        "backward returned a gradient for target for some g only: return it for every g, or for none": lambda at: (
            at.judged(LOSS, "mean_squared_error")
        ),
    },
}

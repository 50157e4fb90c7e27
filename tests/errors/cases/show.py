"""What is looked at: points, graphs, drawings, and a person's own code beside g·L."""

from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np

from jacobians import Point
from jacobians.layers import find
from jacobians.show.canvas import figure, save
from jacobians.show.figure import draw_point
from jacobians.show.files import write_text
from jacobians.show.product import products

NO_SPACE = OSError(28, "No space left on device")
NET = """
from jacobians import Graph
from jacobians.layers import Linear
net = Graph(z=(Linear(), "x", "W", "b"))
three = 3
"""


def show(*words):
    def typed(at):
        at.file(NET, "net.py")
        return at.typed("show", *words)

    return typed


def explain(code):
    """Walk through relu with this code in the place of its twin."""

    def typed(at):
        at.file("import numpy as np\n" + code)
        return at.typed("explain", "relu", "mine.py")

    return typed


def explain_softmax(at):
    at.file("def forward(x): return x, x\ndef backward(g, x): return {'x': g}\n")
    at.patch.setattr(find("softmax"), "axis", 0)
    return at.typed("explain", "softmax", "mine.py")


def canvas_without_matplotlib(at):
    at.without("matplotlib.figure")
    figure("a.png", 1, 1)


def drawing_in_a_full_folder(at):
    def savefig(*args, **kwargs):
        raise NO_SPACE

    at.standing_in("matplotlib", rc_context=lambda settings: nullcontext())
    save(SimpleNamespace(savefig=savefig), "a.png")


def too_large_a_drawing(at):
    at.standing_in("matplotlib.figure", Figure=lambda **kwargs: None)
    n = 2001
    draw_point(Point(find("relu")(), {"x": np.ones(n)}), np.ones(n), str(at.folder / "a.png"))


def page_in_a_full_folder(at):
    at.failing(type(at.folder), "write_text", NO_SPACE)
    write_text("--html", "a.html", "…")


CASES = {
    "show/canvas.py": {
        "drawing needs the package matplotlib: pip install '.[plot]'": canvas_without_matplotlib,
        "--plot a.png: could not be written (No space left on device)": drawing_in_a_full_folder,
    },
    "show/command.py": {
        "net.py:net is a Graph without values: name a Point(net, values)": show("net.py:net"),
        "nobody has written shift as a graph of atomic maps; `jacobians show shift` shows it whole": show(
            "shift", "--atoms"
        ),
        "net.py:bad cannot be evaluated: ": lambda at: bad_point(at),
        "net.py:lost cannot be evaluated: FileNotFoundError: [Errno 2] No such file or directory: 'none.npy'": (
            lambda at: point_of_a_file(at)
        ),
    },
    "show/figure.py": {"L^x of 2001 × 2001 is more than a picture shows: take a smaller --size": too_large_a_drawing},
    "show/files.py": {
        "--html .: that is a folder; give the path of a file": lambda at: at.typed("check", "--html", "."),
        "--html a.png: write a file that ends in one of .html and .htm": lambda at: at.typed(
            "check", "--html", "a.png"
        ),
        "--html none/a.html: there is no folder 'none' to write it in": lambda at: at.typed(
            "check", "--html", "none/a.html"
        ),
        "--html a.html: could not be written (No space left on device)": page_in_a_full_folder,
    },
    "show/named.py": {
        "net.py defines no 'nett': it has the points and graphs net. Did you mean 'net'?": show("net.py:nett"),
        "net.py:three is a value of type int: name a Point, a Graph, or the class of a layer": show("net.py:three"),
    },
    "show/product.py": {
        "g has 3 entries, y has 2: write one number for each": lambda at: products(
            Point(find("relu")(), {"x": np.ones(2)}), np.ones(3)
        ),
    },
    "show/small.py": {
        "im2col has no point of size 1 (a kernel of": lambda at: at.typed("show", "im2col", "--size", "1")
    },
    "show/twin.py": {
        "mine.py: forward takes no axis: points with other than the default were left out": explain_softmax,
        "mine.py: backward returned None": explain("def forward(x): return x, x\ndef backward(g, x): pass\n"),
        "mine.py: the gradient of x has shape [1], expected [1, 2, 3]": explain(
            "def forward(x): return np.maximum(x, 0), x\ndef backward(g, x): return {'x': g[0, 0, :1]}\n"
        ),
    },
}


def point_of_a_file(at):
    """The code is the user's, and so is the file that it does not find."""
    own = "from jacobians import Point\nclass Lost(Linear):\n    def forward(self, x, W, b): return open('none.npy')\n"
    at.file(NET + own + "lost = Point(Lost(), {'x': [1.0], 'W': [[1.0]], 'b': [0.0]})\n", "net.py")
    return at.typed("show", "net.py:lost")


def bad_point(at):
    at.file(NET + "from jacobians import Point\nbad = Point(net, {'x': 1.0, 'W': 2.0, 'b': 'text'})\n", "net.py")
    return at.typed("show", "net.py:bad")

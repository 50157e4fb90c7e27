"""Layers, graphs, points, and what is computed of them."""

import sys
from unittest import TestCase

import numpy as np

from jacobians import Batch, Graph, Point, descent
from jacobians.activation import negative_activation
from jacobians.asked import asked
from jacobians.backward_network import backward_network
from jacobians.batch import batch_of
from jacobians.cost import backward_cost
from jacobians.layers import find
from jacobians.matrix import I, stack
from jacobians.memory import limit
from jacobians.networks.transformer import multi_head_attention
from jacobians.pytest_plugin import _seed
from jacobians.sized import sized_point, sizes
from jacobians.tested import verified
from jacobians.testing import JacobianTests, verify_layer
from jacobians.unroll import unroll
from jacobians.verify.formats import FORMATS
from jacobians.verify.running import Running

from ...test_layer_definition import WRONG, define, half_a_pointwise_layer, takes

Linear, ReLU, Cell = find("linear"), find("relu"), find("rnn_cell")
X = np.arange(6.0).reshape(2, 3)
VALUES = {"x": np.ones(3), "W": np.ones((2, 3)), "b": np.ones(2)}


def net(**order):
    return Graph(z=(Linear(), "x", "W", "b"), **order)


def sized(text):
    """Linear layers at arguments of these sizes."""
    return sized_point(Linear, {}, sizes(text), 0)


def too_large(at):
    with limit(1000):
        Point(ReLU(), {"x": np.ones(20)}).L("x", "dense")


def no_layer(at, text):
    """A file under layers/ that has none, or does not say what it computes."""
    import jacobians.layers

    at.file(text, "odd.py")
    at.patch.setattr(jacobians.layers, "__path__", [str(at.folder)])
    try:
        return find("odd")
    finally:
        del sys.modules["jacobians.layers.odd"]


def clashing_cell():
    """Whose parameter is called like its state of step 1."""
    step = takes("h, h1")
    return define(forward=step, L_h=step, L_h1=step, theta=("h1",))()


def seed_of_pytest(at):
    import argparse

    try:
        _seed("x")
    except argparse.ArgumentTypeError as error:
        return str(error)


LAYER = "from jacobians.pointwise import Pointwise\nclass Odd(Pointwise):\n    def h(self, x): return x\n"
LAYER += "    def dh(self, x): return 1 + 0 * x\n"
CASES = {
    "backward_network.py": {
        "reads only parameters and constants": lambda at: backward_network(
            Graph(y=(find("embedding")(), "E", "ids")), {"ids": np.array([1]), "E": X}, np.ones(3)
        ),
        "the output z has 2 entries: write g": lambda at: backward_network(net(), VALUES),
        "g has 3 entries, the output z has 2": lambda at: backward_network(net(), VALUES, np.ones(3)),
    },
    "asked.py": {
        "ReLU has no setting 'at_zer': it has at_zero. Did you mean": lambda at: asked("relu", {"at_zer": 1}),
        "TestCase is no layer: write the name of one": lambda at: asked(TestCase, {}),
    },
    "batch.py": {
        "got {'yhat': 2, 'y': 1}": lambda at: Batch(find("squared_error")()).examples({"yhat": X, "y": X[:1]}),
        "two draws of the point 'typical' have different shapes": lambda at: batch_of(
            [Point(ReLU(), {"x": np.zeros(n)}) for n in (2, 3)]
        ),
    },
    "cost.py": {"no gradient for q: write some of x, W and b": lambda at: backward_cost(net(), VALUES, wrt=["q"])},
    "descent.py": {
        "there is a gradient for 'w', but no value": lambda at: descent.update(VALUES, {"w": X}, 0.1),
        "b has 2 entries, its gradient 6": lambda at: descent.update(VALUES, {"b": X}, 0.1),
        "J has no gradient for q": lambda at: descent.gradient(Linear(), VALUES, ["q"]),
        "J must be a scalar to be descended, got 2": lambda at: descent.gradient(Linear(), VALUES, ["W"]),
        "batch=9 draws from 2 examples": lambda at: descent.train(
            Linear(), {"W": X, "b": np.ones(2)}, {"x": X}, 0.1, 1, batch=9
        ),
    },
    "elements.py": {"has no rule for numpy's spacing": lambda at: np.spacing(Running(X, 0 * X, FORMATS["float32"]))},
    "geometry.py": {
        "the setting (1, 2, 3) has 3 numbers for 2 axes": lambda at: find("max_pool2d")(kernel=(1, 2, 3)).forward(
            x=np.ones((1, 5, 5))
        ),
        "a kernel of (9,) taps with dilation (1,) does not fit": lambda at: find("max_pool1d")(kernel=9).forward(
            x=np.ones((1, 4))
        ),
        "leaves nothing of what": lambda at: find("conv_transpose1d")(padding=9).forward(
            x=np.ones((1, 3)), W=np.ones((1, 1, 2)), b=np.ones(1)
        ),
    },
    "graph.py": {
        "a Graph needs at least one assignment": lambda at: Graph(),
        "order names x, but the arguments of this graph are x, W and b": lambda at: net(order=["x"]),
        "no assignment is called 'zz'": lambda at: negative_activation(net(), "zz", 0),
        "must start with a map: write y=(Linear(), …)": lambda at: Graph(y=(Linear, "x", "W", "b")),
        'write z=(Linear(), "x", "W", "b"), one name for each': lambda at: Graph(z=(Linear(), "x")),
        "y reads z before it is assigned": lambda at: Graph(y=(ReLU(), "z"), z=(ReLU(), "x")),
    },
    "layer.py": {
        "ReLU() has no Jacobian for 'y': write one of x": lambda at: ReLU().L("y", x=np.ones(2)),
        "ReLU has no setting 'at_zeroo': it has at_zero. Did you mean 'at_zero'?": lambda at: ReLU(at_zeroo=0),
    },
    "layer_definition.py": {said: lambda at, body=body: define(**body) for body, said in WRONG.values()}
    | {"layer Half has no dh: write `def dh(self, x)`": lambda at: half_a_pointwise_layer()},
    "layers/__init__.py": {
        "no layer is called 'liner'. Did you mean 'linear'?": lambda at: find("liner"),
        "layers/odd.py defines no layer": lambda at: no_layer(at, "x = 1"),
        "layers/odd.py does not begin with its equation": lambda at: no_layer(at, LAYER),
    },
    "matrix.py": {
        "one above the other need the same number of columns, and these have [3, 4]": lambda at: stack(I(3), I(4))
    },
    "max_pooling.py": {
        "a window lies in the padding alone": lambda at: find("max_pool2d")(kernel=1, padding=1).forward(
            x=np.ones((1, 4, 5))
        )
    },
    "memory.py": {"a dense Jacobian of 20 × 20 takes 3.2 kB, and there is room for 1 kB": too_large},
    "networks/transformer.py": {"heads=3 must divide width=4": lambda at: multi_head_attention(3, 4)},
    "pytest_plugin.py": {"'x' is no seed: write a whole number from 0 on": seed_of_pytest},
    "point.py": {
        "ReLU() takes x: it needs x and does not know y": lambda at: Point(ReLU(), {"y": X}),
        "ReLU() has no Jacobian for 'theta': write one of x; it has no parameters": lambda at: Point(
            ReLU(), {"x": X}
        ).L("theta"),
    },
    "reduction.py": {
        "no reduction is called 'avg': write mean, sum or none": lambda at: find("mean_squared_error")(
            reduction="avg"
        ).forward(yhat=X, target=X)
    },
    "tested.py": {
        "None arrived instead of the code to verify": lambda at: verified(None, asked("relu", {}), "float32", 0, None)
    },
    "testing.py": {
        "Mine is a class: decorate a plain function, `def mine(): return MyFunction`": lambda at: verify_layer("relu")(
            type("Mine", (), {})
        ),
        "Lost has no layer to be tested as (it defines nothing): write `layer = ": lambda at: type(
            "Lost", (JacobianTests, TestCase), {}
        ),
    },
    "unroll.py": {
        "unroll needs at least one step, got steps=0": lambda at: unroll(Cell(), 0),
        "the cell has no state 'g': write state= one of x and h": lambda at: unroll(Cell(), 2, state="g"),
        "h1 would name a parameter and something of one step": lambda at: unroll(clashing_cell(), 2),
    },
}

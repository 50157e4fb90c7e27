"""What full Jacobians are asked of: a layer at one example, or a small perceptron with respect to all its parameters.

Each case is the same function in every library: y, flat, of one flat vector v; all else is held fixed.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from jacobians import torch_peers
from jacobians.graph import Graph
from jacobians.layers.attention import Attention
from jacobians.layers.conv2d import Conv2d
from jacobians.layers.layer_norm import LayerNorm
from jacobians.layers.linear import Linear
from jacobians.layers.relu import ReLU
from jacobians.layers.softmax import Softmax
from jacobians.point import Point
from jacobians.timing import peers

Array = Any
Function = Callable[[Array, dict[str, Array]], Array]


@dataclass(frozen=True)
class Case:
    """One Jacobian.

    Attributes:
        name: in words.
        layer: the name of its layer; "" for the perceptron.
        point: where, one example.
        a: with respect to what; "theta" for all parameters.
    """

    name: str
    layer: str
    point: Point
    a: str

    @property
    def v(self) -> np.ndarray:
        """The vector that y is differentiated by."""
        asked = self.point.map.theta if self.a == "theta" else (self.a,)
        return np.concatenate([np.ravel(self.point.values[a]) for a in asked])

    def function(self, library: str) -> tuple[Function, dict[str, Array]]:
        """(v, fixed) -> y in "torch", "jax" or "autograd", and `fixed`, the arguments that are held.

        They are an argument, since what a compiler knows for a constant it differentiates before it is asked.
        """
        return _perceptron(self.point, library) if self.a == "theta" else self._of_layer(library)

    def _of_layer(self, library: str) -> tuple[Function, dict[str, Array]]:
        values, theta = self.point.values, self.point.map.theta
        call, own = _layer(library, self.layer, type(self.point.map))
        given = {a: own(np.asarray(v) if a in theta else np.asarray(v)[None]) for a, v in values.items()}
        shape, settings = given.pop(self.a).shape, self.point.map.settings
        known = {k: v for k, v in settings.items() if v != getattr(type(self.point.map), k)}
        return lambda v, fixed: call(**fixed, **{self.a: v.reshape(shape)}, **known).reshape(-1), given


def _layer(library: str, name: str, layer: Any) -> tuple[Callable[..., Array], Callable[[np.ndarray], Array]]:
    """A batched layer of a library, and what makes its arrays."""
    if library == "torch":
        return torch_peers.peer(name).forward, importlib.import_module("torch").from_numpy
    peer: Any = peers.load(library, name, layer)
    return peer.function, peer.native


def _perceptron(point: Point, library: str) -> tuple[Function, dict[str, Array]]:
    """W3 relu(W2 relu(W1 x + b1) + b2) + b3, of all W and b one after the other."""
    shapes = {a: np.shape(point.values[a]) for a in point.map.theta}
    if library == "torch":
        torch = importlib.import_module("torch")
        relu, own = torch.relu, torch.from_numpy
    else:
        numpy = importlib.import_module(f"{library}.numpy")
        own = numpy.asarray if library == "jax" else lambda v: v

        def relu(h: Array) -> Array:
            return numpy.maximum(h, 0)

    def f(v: Array, fixed: dict[str, Array]) -> Array:
        θ, at = {}, 0
        for a, shape in shapes.items():
            size = int(np.prod(shape))
            θ[a], at = v[at : at + size].reshape(shape), at + size
        h = relu(θ["W1"] @ fixed["x"] + θ["b1"])
        h = relu(θ["W2"] @ h + θ["b2"])
        return θ["W3"] @ h + θ["b3"]

    return f, {"x": own(point.values["x"])}


def cases(dtype: str, small: bool = False) -> Iterator[Case]:
    """Every case; small: of sizes that take no time, to try the benchmark."""
    rng = np.random.default_rng(0)

    def draw(*shape: int) -> np.ndarray:
        return rng.standard_normal(shape).astype(dtype)

    for n in (6,) if small else (512, 1024):
        point = Point(Linear(), {"x": draw(n), "W": draw(n, n), "b": draw(n)})
        yield Case(f"linear {n}×{n}, L^W", "linear", point, "W")
    C, O, side = (2, 3, 5) if small else (8, 16, 16)
    point = Point(Conv2d(padding=1), {"x": draw(C, side, side), "W": draw(O, C, 3, 3), "b": draw(O)})
    yield Case(f"conv2d {C}→{O} 3×3 on {side}×{side}, L^x", "conv2d", point, "x")
    n = 4 if small else 64
    net = Graph(
        h1=(Linear(), "x", "W1", "b1"), a1=(ReLU(), "h1"), h2=(Linear(), "a1", "W2", "b2"), a2=(ReLU(), "h2"),
        y=(Linear(), "a2", "W3", "b3"),
    )  # fmt: skip
    shapes = {"x": (n,)} | {f"W{k}": (n, n) for k in (1, 2, 3)} | {f"b{k}": (n,) for k in (1, 2, 3)}
    values = {a: draw(*shapes[a]) for a in net.args}
    yield Case(f"perceptron {n}-{n}-{n}-{n}, L^θ", "", Point(net, values), "theta")
    n = 6 if small else 512
    yield Case(f"softmax {n}, L^x", "softmax", Point(Softmax(), {"x": draw(n)}), "x")
    point = Point(LayerNorm(), {"x": draw(n), "gamma": draw(n), "beta": draw(n)})
    yield Case(f"layer_norm {n}, L^x", "layer_norm", point, "x")
    T, d = (3, 2) if small else (32, 16)
    point = Point(Attention(), {"q": draw(T, d), "k": draw(T, d), "v": draw(T, d)})
    yield Case(f"attention {T} tokens of {d}, L^k", "attention", point, "k")

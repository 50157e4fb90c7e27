"""Chain: maps one after the other, f_L ∘ … ∘ f_1, as a Graph.

    x0 = x,  x1 = f_1(x0, θ_1),  x2 = f_2(x1, θ_2), …

The l-th map reads x{l−1} as its first argument; its other arguments are named after it, `W1`, `b1`, unless names are
given: `Chain(Linear(), ReLU(), (Linear(), "W", "b"), (SquaredError(), "y"))`. A name given twice is shared.
"""

from __future__ import annotations

from typing import Any

from .graph import Graph
from .point import Map


class Chain(Graph):
    """A graph that is a narrow tree: each map reads the one before it.

    >>> import numpy as np
    >>> from jacobians.layers.linear import Linear
    >>> from jacobians.layers.relu import ReLU
    >>> net = Chain(Linear(), ReLU())
    >>> net.args
    ('x', 'W1', 'b1')
    >>> W = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, -1.0]])
    >>> net.L("x", x=np.array([1.0, 2.0, 3.0]), W1=W, b1=np.zeros(2))  # L of ReLU · L^x of Linear
    array([[1., 0., 2.],
           [0., 0., 0.]])
    """

    def __init__(self, *maps: Map | tuple[Any, ...]):
        assignments: dict[str, tuple[Any, ...]] = {}
        for k, item in enumerate(maps, start=1):
            map, *given = item if isinstance(item, tuple) else (item,)
            rest = given or [f"{a}{k}" for a in map.args[1:]]
            assignments[f"x{k}"] = (map, "x" if k == 1 else f"x{k - 1}", *rest)
        super().__init__(**assignments)

"""The input that most activates a unit: its objective, the negative of the activation.

    J(x_0, θ) = −x_l[i]                                                            (1)

Descending ∂J/∂x_0 changes the input so that entry i of activation x_l grows: backpropagation to the data.

    J = negative_activation(net, "h", 7)
    for cost, values in descend(J, values, wrt=("x",), rate=0.1, steps=100): …
"""

from __future__ import annotations

from .graph import Graph
from .layers.scale import Scale
from .layers.take import Take


def negative_activation(net: Graph, name: str, i: int | tuple[int, ...]) -> Graph:
    """The graph of J = −x_l[i], with the arguments that x_l depends on.

    Args:
        net: the network; its labels and whatever follows x_l are left out.
        name: the assignment of the network that is x_l.
        i: which entry, counted from 0; a tuple of numbers where x_l has several axes.

    Returns:
        a Graph with a scalar output; its parameters are parameters still, its data are data.

    Raises:
        ArgumentError: `name` is not assigned in the network.
    """
    part = net.upto(name)
    kept = {node: (map, *sources) for node, (map, sources) in part.nodes.items()}
    unit = f"{name}[{i}]"
    return Graph(order=part.args, **kept, **{unit: (Take(index=i), name), f"-{unit}": (Scale(by=-1.0), unit)})  # (1)

"""Reuse of computation, counted: what one backward pass with sharing saves over each gradient written out by itself.

For a chain f_L ∘ … ∘ f_1 the chain rule for the parameters of layer l is

    ∂J/∂θ_l = (∂J/∂x_L · ∂x_L/∂x_{L−1} · … · ∂x_{l+1}/∂x_l) · ∂x_l/∂θ_l                    (1)

The product in parentheses is g_l, and g_l = g_{l+1} L^x_{l+1} is the product for layer l + 1 times one matrix more.
Shared, every g_l is computed once (2); separately, each parameter pays for all of its own product (3). A chain of
L equal layers costs O(L) matrix products the first way and O(L²) the second. This is dynamic programming.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from . import matrix
from .errors import ArgumentError, names
from .graph import Graph
from .matrix import Array, Form, Matrix
from .point import differentiable


@dataclass(frozen=True)
class Cost:
    """Multiplications of two numbers in g · L, over a whole backward pass.

    Attributes:
        shared: one backward pass for all gradients together.
        by_parameter: for each gradient, a backward pass for it alone.
        form: the form of L that was multiplied with, "dense", "sparse" or "natural".
    """

    shared: int
    by_parameter: dict[str, int]
    form: Form

    @property
    def separate(self) -> int:
        """All gradients, each by itself."""
        return sum(self.by_parameter.values())

    def __str__(self) -> str:
        width = max(len(a) for a in (*self.by_parameter, "separate"))
        rows = [f"  {f'∂J/∂{a}':{width + 4}}{n:>16,}" for a, n in self.by_parameter.items()]
        rows += [f"  {'separate':{width + 4}}{self.separate:>16,}", f"  {'shared':{width + 4}}{self.shared:>16,}"]
        ratio = f"  sharing saves a factor of {self.separate / self.shared:.3g}" if self.shared else ""
        return "\n".join([f"multiplications in the backward pass, L {self.form}", *rows, ratio]).rstrip()


def backward_cost(
    net: Graph, values: dict[str, Array], wrt: Iterable[str] | None = None, form: Form = "natural"
) -> Cost:
    """Count the multiplications of the literal backward of one row g, with sharing and without.

    Args:
        net: any graph; its output is J (a vector J is given a single row g, too).
        values: the arguments of the graph.
        wrt: the arguments whose gradients are wanted. Default: the parameters, or every argument if there are none.
        form: "dense" counts the zeros of L as well, "natural" only what its layer stores.

    Raises:
        ArgumentError: `wrt` names something that is no argument with a derivative.
    """
    known = differentiable(net)
    wanted = tuple((net.theta or known) if wrt is None else wrt)
    if stray := [a for a in wanted if a not in known]:
        raise ArgumentError(f"this graph has no gradient for {names(stray)}: write some of {names(known)} in wrt")
    separate = {a: _count(net, values, (a,), form) for a in wanted}  # (3)
    return Cost(_count(net, values, wanted, form), separate, form)  # (2)


def _count(net: Graph, values: dict[str, Array], wrt: tuple[str, ...], form: Form) -> int:
    """The multiplications of one backward pass for `wrt`, by counting each product (1) as it is made."""
    count = 0

    def multiply(g: Matrix, L: Matrix) -> Matrix:
        nonlocal count
        L = matrix.in_form(L, form)
        count += matrix.multiplications(g, L)
        return matrix.multiply(g, L)

    g = np.ones(np.size(net.forward(**values)))
    net.backward(g, wrt=wrt, multiply=multiply, **values)
    return count

"""Gradient descent, for parameters and for data alike: backpropagation treats both as inputs.

    θ     ← θ − η (∂J/∂θ)ᵀ                              eq-backpropagation-djdtheta             (1)
    ∂(1/N Σ J_i)/∂θ = 1/N Σ ∂J_i/∂θ                     eq-backpropagation-average_of_gradients (2)

`descend` repeats (1) for any named arguments: parameters (training) or data (backpropagation to the data). `train`
repeats it with (2), over all examples or, as stochastic gradient descent, over a few drawn at each step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from .batch import Batch
from .errors import ArgumentError, names, nearest
from .graph import Graph
from .matrix import Array
from .point import Map

Values = dict[str, Array]


def update(values: Values, gradients: Values, rate: float) -> Values:
    """θ − η (∂J/∂θ)ᵀ for every name in `gradients`; the others as they are. New arrays: nothing is changed in place.

    Args:
        values: {name: array of any shape}.
        gradients: {name: |name| entries}, a row [1 × |θ|] or any other shape of as many.
        rate: η, the learning rate.

    Raises:
        ArgumentError: a gradient of an unknown name, or of the wrong size.
    """
    new = dict(values)
    for a, g in gradients.items():
        if a not in values:
            raise ArgumentError(
                f"there is a gradient for {a!r}, but no value: write one of {names(values)}.{nearest(a, values)}"
            )
        if np.size(g) != np.size(values[a]):
            raise ArgumentError(f"{a} has {np.size(values[a])} entries, its gradient {np.size(g)}: give one for each")
        new[a] = values[a] - rate * np.reshape(g, np.shape(values[a]))  # (1): a row, transposed into the shape of θ
    return new


def gradient(map: Map, values: Values, wrt: Iterable[str]) -> tuple[float, Values]:
    """J, and ∂J/∂a as a row of |a| entries for every a in `wrt`.

    Raises:
        ArgumentError: the map's output is not a scalar, or `wrt` names what is no argument of it.
    """
    wrt = tuple(wrt)
    if stray := [a for a in wrt if a not in map.args or a in map.constant]:
        known = [a for a in map.args if a not in map.constant]
        mend = nearest(stray[0], known)
        raise ArgumentError(f"J has no gradient for {names(stray)}: write some of {names(known)}.{mend}")
    net = map if isinstance(map, Graph) else Graph(J=(map, *map.args))
    J = net.forward(**values)
    if np.size(J) != 1:
        raise ArgumentError(f"J must be a scalar to be descended, got {np.size(J)} entries: end the graph with a loss")
    found = net.backward(np.ones(1), wrt=wrt, **values)
    return float(np.reshape(J, ())), {a: found.get(a, np.zeros(np.size(values[a]))) for a in wrt}


def mean_gradient(map: Map, examples: Values, values: Values) -> tuple[float, Values]:
    """The mean over the examples of J and of its gradient with respect to everything in `values`.

    Args:
        map: J of one example.
        examples: the arguments that differ, each with a leading axis of N examples.
        values: the arguments that all examples share.
    """
    both = {**values, **examples}
    each = [gradient(map, one, values) for one in Batch(map, shared=values).examples(both)]
    mean = {a: sum(g[a] for _, g in each) / len(each) for a in values}  # (2)
    return sum(J for J, _ in each) / len(each), mean


def descend(map: Map, values: Values, wrt: Iterable[str], rate: float, steps: int) -> Iterator[tuple[float, Values]]:
    """J and the values, before the first step and after each one: steps + 1 pairs.

    Args:
        map: a map with a scalar output J.
        values: its arguments.
        wrt: the arguments to change, parameters or data.
        rate: η.
        steps: how many times to `update`.
    """
    wrt = tuple(wrt)
    return _repeat(lambda at: gradient(map, at, wrt), values, rate, steps)


def train(
    map: Map,
    examples: Values,
    values: Values,
    rate: float,
    steps: int,
    batch: int | None = None,
    rng: np.random.Generator | None = None,
) -> Iterator[tuple[float, Values]]:
    """Descend the mean of J over the examples, in everything in `values`: steps + 1 pairs, as `descend`.

    Args:
        map: J of one example.
        examples: the data, each with a leading axis of N examples.
        values: the parameters to start from.
        rate: η.
        steps: how many times to `update`.
        batch: how many examples, drawn without replacement, each step sees; J is the mean over these. Default: all N.
        rng: what draws them.

    Raises:
        ArgumentError: a batch without an rng, or more examples wanted than there are.
    """
    N = len(next(iter(examples.values()), ()))
    if batch is not None and (rng is None or not 0 < batch <= N):
        raise ArgumentError(f"batch={batch} draws from {N} examples: write 1 to {N}, and rng=np.random.default_rng(0)")

    def drawn() -> Values:
        some = np.arange(N) if batch is None or rng is None else rng.choice(N, batch, replace=False)
        return {a: v[some] for a, v in examples.items()}

    return _repeat(lambda at: mean_gradient(map, drawn(), at), values, rate, steps)


def _repeat(
    gradient_at: Callable[[Values], tuple[float, Values]], values: Values, rate: float, steps: int
) -> Iterator[tuple[float, Values]]:
    """The loop of every descent."""
    for left in range(steps, -1, -1):
        J, gradients = gradient_at(values)
        yield J, values
        values = update(values, gradients, rate) if left else values

"""Points at which floating-point arithmetic makes no error, so that a test may ask for equality and needs no tolerance.

Sums and products of small whole numbers (and of halves) are exact in any order. So is their derivative by an imaginary
step: with h = 2^−600, h² is below the least number and vanishes, and f(x + ih) = f(x) + ih f'(x) is the arithmetic of
dual numbers. It knows f alone, neither L nor the chain rule.
"""

from collections.abc import Callable

import numpy as np

from jacobians import Graph

STEP = 2.0**-600


def whole(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Whole numbers from −3 to 3 without 0, as float64."""
    return rng.choice([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0], shape)


def spread(rng: np.random.Generator, n: int) -> np.ndarray:
    """n whole numbers of which no combination w · x with weights like `whole` is 0, so no kink of relu is hit."""
    return whole(rng, n) * 16.0 ** np.arange(n)


def parameters(rng: np.random.Generator, *widths: int, first: int = 1) -> dict[str, np.ndarray]:
    """W1, b1, W2, … of linear layers of these widths: b in halves, W even from the second on, so that no z is 0."""
    theta = {}
    for k, (n, m) in enumerate(zip(widths, widths[1:], strict=False), start=first):
        theta |= {f"W{k}": whole(rng, m, n) * (1 if k == first else 2), f"b{k}": whole(rng, m) + 0.5}
    return theta


def derivative(f: Callable[[np.ndarray], np.ndarray], x: np.ndarray) -> np.ndarray:
    """∂f/∂x, |f(x)| × |x|, exactly, for f of whole numbers made of sums, products and choices."""
    columns = []
    for k in range(x.size):
        moved = x.astype(complex).ravel()
        moved[k] += 1j * STEP
        columns.append(np.imag(f(moved.reshape(x.shape))).ravel() / STEP)
    return np.stack(columns, axis=1)


def gradient_from_values(net: Graph, values: dict[str, np.ndarray], name: str) -> np.ndarray:
    """∂(output)/∂name, from values of the output alone; an intermediate result is moved with all before it held."""
    known = net.trace(**values)
    order = list(net.nodes)
    after = order[order.index(name) + 1 :] if name in order else order

    def output(value: np.ndarray) -> np.ndarray:
        now = known | {name: value}
        for node in after:
            map, sources = net.nodes[node]
            now[node] = map.forward(**dict(zip(map.args, (now[s] for s in sources), strict=True)))
        return now[net.output]

    return derivative(output, np.asarray(known[name]))

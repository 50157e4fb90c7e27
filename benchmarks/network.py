"""A whole network by depth and by width: what sharing products saves, counted and timed; memory against an estimate.

    python -m benchmarks.network [--json OUT] [--depths LIST] [--widths LIST] [--threads N …] [--seconds S]

A perceptron of D layers, N wide: linear, relu, …, squared error, one example. With every L built beforehand, products

    shared      g_l = g_{l+1} L^x_{l+1} once for each layer, and g_l L^θ_l for each parameter          (1)
    separate    for each parameter the whole product from J on, by itself                              (2)

are timed, and their multiplications counted (jacobians/cost.py): O(D) against O(D²). `fused` is the backward of the
twins, the floor. `bytes` is the peak of one call; of `literal` that of Graph.backward, which builds each L, multiplies
and lets go of it. Its `estimate`: all gradients, all activations, and the largest L.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from scipy import sparse

from jacobians.chain import Chain
from jacobians.cost import backward_cost
from jacobians.layers.linear import Linear
from jacobians.layers.relu import ReLU
from jacobians.layers.squared_error import SquaredError
from jacobians.matrix import multiply
from jacobians.timing.clock import peak_memory, race
from jacobians.timing.growth import algebra, exponent
from jacobians.timing.machine import threads

from .rows import Row, carry_out, parser

Jacobians = list[dict[str, Any]]  # of each layer, the last first: {"x": L^x, parameter: L^θ}


class Perceptron:
    """D layers, N wide, at one example."""

    def __init__(self, depth: int, width: int):
        rng = np.random.default_rng([depth, width])
        maps: list[Any] = [Linear()]
        for _ in range(depth - 1):
            maps += [ReLU(), Linear()]
        self.net = Chain(*maps, (SquaredError(), "target"))
        shapes = {a: (width, width) if a.startswith("W") else (width,) for a in self.net.args}
        self.values = {a: rng.standard_normal(shape) / np.sqrt(width) for a, shape in shapes.items()}

    def jacobians(self) -> Jacobians:
        """Every L, built once."""
        known, found = self.net.trace(**self.values), []
        for name, (map, sources) in reversed(self.net.nodes.items()):
            at = self.net.at(name, known)
            rest = {s: at.L(a) for a, s in zip(map.args[1:], sources[1:], strict=True) if s in self.net.theta}
            found.append({"x": at.L(map.args[0])} | rest)
        return found

    def literal(self) -> dict[str, Any]:
        """Graph.backward: each L built, multiplied, let go."""
        found = self.net.backward(np.ones((1, 1)), wrt=self.net.theta, **self.values)
        return {a: found[a] for a in self.net.theta}

    def estimate(self, Ls: Jacobians) -> int:
        """Bytes of all gradients, all activations, and of the largest L, which stands while it is multiplied."""
        trace = self.net.trace(**self.values)
        activations = sum(np.asarray(trace[name]).nbytes for name in self.net.nodes)
        gradients = activations + sum(self.values[a].nbytes for a in self.net.theta)
        return gradients + activations + max(_bytes(L) for one in Ls for L in one.values())

    def fused(self) -> Any:
        """The twins' backward, forward having been run."""
        linear, relu, loss = (importlib.import_module(f"reference.{n}") for n in ("linear", "relu", "squared_error"))
        h, saved = self.values["x"][None], []
        for map, sources in self.net.nodes.values():
            if isinstance(map, Linear):
                h, kept = linear.forward(h, self.values[sources[1]], self.values[sources[2]])
                saved.append((linear, kept, sources[1:]))
            elif isinstance(map, ReLU):
                h, kept = relu.forward(h)
                saved.append((relu, kept, ()))
        _, last = loss.forward(h, self.values["target"][None])

        def backward() -> dict[str, np.ndarray]:
            g, found = loss.backward(np.ones(1), last)["yhat"], {}
            for twin, kept, θ in reversed(saved):
                gradients = twin.backward(g, kept)
                g = gradients["x"]
                found |= dict(zip(θ, (gradients[a] for a in ("W", "b")), strict=True)) if θ else {}
            return found

        return backward


def shared(Ls: Jacobians) -> dict[str, Any]:
    """(1)"""
    g, found = np.ones((1, 1)), {}
    for k, one in enumerate(Ls, start=1):
        found |= {a: multiply(g, L) for a, L in one.items() if a != "x"}
        if k < len(Ls):  # ∂J/∂x is no parameter's
            g = multiply(g, one["x"])
    return found


def separate(Ls: Jacobians) -> dict[str, Any]:
    """(2)"""
    found = {}
    for k, one in enumerate(Ls):
        for a in one.keys() - {"x"}:
            g = np.ones((1, 1))
            for before in Ls[:k]:
                g = multiply(g, before["x"])
            found[a] = multiply(g, one[a])
    return found


def _bytes(L: Any) -> int:
    return L.data.nbytes + L.indices.nbytes + L.indptr.nbytes if sparse.issparse(L) else L.nbytes


def measure(depth: int, width: int, n: int, seconds: float) -> Iterator[Row]:
    """The rows of one network, once all ways have given the same gradients."""
    net = Perceptron(depth, width)
    Ls, fused = net.jacobians(), net.fused()
    calls = {"fused": fused, "shared": partial(shared, Ls), "separate": partial(separate, Ls), "literal": net.literal}
    want = calls["literal"]()
    for name, call in calls.items():
        for a, g in call().items():
            assert np.allclose(np.ravel(g), np.ravel(want[a]), rtol=1e-9, atol=1e-12), (name, a)
    cost = backward_cost(net.net, net.values)
    counted = {"shared": cost.shared, "separate": cost.separate, "literal": cost.shared}
    times = race(calls, seconds)
    for name, call in calls.items():
        more: dict[str, Any] = {"depth": depth, "width": width, "spread": times[name].spread}
        more |= {"multiplications": counted[name]} if name in counted else {}
        more |= {"estimate": net.estimate(Ls)} if name == "literal" else {}
        if name == "separate":
            more |= {"counted_saving": cost.separate / cost.shared}
            more |= {"timed_saving": times["separate"].median / times["shared"].median}
        ratio = times[name].median / times["fused"].median
        where = f"{depth} layers, {width} wide"
        yield Row("network", name, where, "float64", n, times[name].median, peak_memory(call), "fused", ratio, more)


def sweep(args: argparse.Namespace, n: int) -> Iterator[Row]:
    """By depth at the first width, by width at the first depth; after each, how cost grows."""
    for what, sizes in (("depth", args.depths), ("width", args.widths)):
        rows: list[Row] = []
        for size in sizes:
            where = (size, args.widths[0]) if what == "depth" else (args.depths[0], size)
            for row in measure(*where, n, args.seconds):
                rows.append(row)
                yield row
        for name in dict.fromkeys(r.competitor for r in rows):
            print(_grows(what, name, [r for r in rows if r.competitor == name]))
        for r in rows:
            if r.competitor == "separate":
                saved = f"{r.more['counted_saving']:.2f} counted, {r.more['timed_saving']:.2f} timed"
                print(f"sharing saves, {r.size}: a factor of {saved}")
            if r.competitor == "literal":
                print(f"memory of the literal chain, {r.size}: {r.bytes:,} measured, {r.more['estimate']:,} estimated")


def _grows(what: str, name: str, rows: list[Row]) -> str:
    """'separate grows with depth as n^1.9, algebra n^2'"""
    sizes = [r.more[what] for r in rows]
    time = exponent(sizes, [r.seconds or 0.0 for r in rows])
    count = algebra(sizes, [r.more.get("multiplications", 0) for r in rows])
    measured = "one size" if time is None else f"n^{time:.1f}"
    return f"{name} grows with {what} as {measured}" + ("" if count is None else f", algebra n^{count:.2g}")


def every(args: argparse.Namespace) -> Iterator[Row]:
    """The rows of both sweeps."""
    for n in args.threads:
        with threads(n):
            yield from sweep(args, n)


def main(argv: list[str] | None = None) -> int:
    def numbers(text: str) -> list[int]:
        return [int(part) for part in text.split(",")]

    made = parser("network", __doc__ or "", seconds=0.5)
    made.add_argument("--depths", type=numbers, default=[2, 4, 8, 16, 32], metavar="LIST")
    made.add_argument("--widths", type=numbers, default=[64, 128, 256, 512], metavar="LIST")
    made.add_argument("--threads", type=int, nargs="+", default=[1], metavar="N")
    return carry_out(every, made, argv)


if __name__ == "__main__":
    sys.exit(main())

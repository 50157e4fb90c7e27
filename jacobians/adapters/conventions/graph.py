"""A layer of a course that is several of ours: a graph, written as assignments.

    graph = \"\"\"
    z = linear(x, W, b)
    out = relu(z)
    \"\"\"

Each line calls a layer by its name, on arguments and results; a keyword is a setting of it. A name that no line assigns
is an argument, the last line is the output. A choice at a kink (at_zero, ties) that no line makes is found out.

Where a layer of the graph looks at a whole batch (batch_norm, a mean over it), so does the graph. A layer beside it
that is for one example only, as conv2d is, is called with `each=True`: for each example by itself.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from ...batch import Batch
from ...errors import ArgumentError, BadFile, UnknownName
from ...graph import Graph
from ...layer import Layer
from ...layers import find

Node = tuple[str, type[Layer], tuple[str, ...], dict[str, Any]]  # name, layer, what it reads, settings


@cache
def composed(text: str, name: str, where: str) -> type[Layer]:
    """The layer class of a graph.

    Raises:
        BadFile: a line that is no call of a layer, or does not fit it.
    """
    nodes = tuple(_node(line, where) for line in _parsed(text, where))
    free = {k: v for _, layer, _, given in nodes for k, v in layer.conventions.items() if k not in given}
    defaults = {k: getattr(layer, k) for _, layer, *_ in nodes for k in layer.conventions if k in free}
    try:
        graph = _graph(nodes, tuple(defaults.items()))
    except (ArgumentError, TypeError) as error:
        raise BadFile(f"{where}: graph: {error}") from None
    body: dict[str, Any] = {
        "__module__": f"convention.{name}",
        "__doc__": text,
        "__annotations__": dict.fromkeys(defaults, Any),
        "theta": graph.theta,
        "constant": graph.constant,
        "optional": _optional(nodes, graph),
        "interacts": any(layer.interacts for _, layer, *_ in nodes),
        "conventions": free,
        "points": classmethod(lambda cls, rng, n: iter(())),
        "forward": _taking(graph.args, lambda self, **v: _of(nodes, self).forward(**v)),
        **{f"L_{a}": _L(nodes, graph.args, a) for a in graph.args if a not in graph.constant},
        **{f"L_{a}_from_output": _L_as_usual(nodes, a) for a in graph.args if a not in graph.constant},
        **defaults,
    }
    return type("".join(word.capitalize() for word in name.replace("-", "_").split("_")), (Layer,), body)


def _L(nodes: tuple[Node, ...], args: tuple[str, ...], a: str) -> Callable[..., Any]:
    return _taking(args, lambda self, **v: _of(nodes, self).L(a, **v))


def _L_as_usual(nodes: tuple[Node, ...], a: str) -> Callable[..., Any]:
    """The same by the formulas that fast code uses, from what each layer put out (verify/bound.py)."""

    def formula(self: Layer, y: Any, /, **values: Any) -> Any:
        usual: dict[str, Any] = {n: (_AsUsual(m), *reads) for n, (m, reads) in _of(nodes, self).nodes.items()}
        return Graph(**usual).L(a, **values)

    return formula


class _AsUsual:
    """A layer whose L^a is computed from its output, where it has such a formula."""

    def __init__(self, layer: Any):
        self.layer, self.forward, self.settings = layer, layer.forward, layer.settings
        self.args, self.theta, self.constant = layer.args, layer.theta, layer.constant

    def L(self, a: str, /, **values: Any) -> Any:
        formula = getattr(self.layer, f"L_{a}_from_output", None)
        usual = None if formula is None else formula(self.layer.forward(**values), **values)
        return self.layer.L(a, **values) if usual is None else usual


def _of(nodes: tuple[Node, ...], layer: Layer) -> Graph:
    return _graph(nodes, tuple(layer.settings.items()))


def _graph(nodes: tuple[Node, ...], settings: tuple[tuple[str, Any], ...]) -> Graph:
    """The graph with these choices at kinks."""
    said = dict(settings)
    maps = ((n, kind, r, {k: said[k] for k in kind.conventions if k in said} | given) for n, kind, r, given in nodes)
    made: dict[str, Any] = {name: (_made(layer, own), *reads) for name, layer, reads, own in maps}
    return Graph(**made)


def _made(layer: type[Layer], settings: dict[str, Any]) -> Any:
    """A layer with its settings, for each example of a batch where `each` says so."""
    one = layer(**{k: v for k, v in settings.items() if k != "each"})
    return Batch(one) if settings.get("each") else one


def _optional(nodes: tuple[Node, ...], graph: Graph) -> tuple[str, ...]:
    """The arguments that are read as what fast code rarely differentiates (the target of a loss), and no otherwise."""
    reads = [
        (source, a in layer.optional)
        for _, layer, sources, given in nodes
        for source, a in zip(sources, _made(layer, given).args, strict=True)
    ]
    return tuple(s for s in graph.args if all(optional for other, optional in reads if other == s))


def _taking(args: tuple[str, ...], function: Callable[..., Any]) -> Callable[..., Any]:
    """A method whose signature names these arguments, as `Layer` asks for."""

    def method(self: Any, *positional: Any, **values: Any) -> Any:
        return function(self, **dict(zip(args, positional, strict=False)), **values)

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter(a, kind) for a in ("self", *args)]
    method.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return method


def _parsed(text: str, where: str) -> Iterator[ast.stmt]:
    try:
        yield from ast.parse(text).body
    except SyntaxError as error:
        raise BadFile(f"{where}: graph: `{(error.text or text).strip()}` is not Python ({error.msg})") from None


def _node(line: ast.stmt, where: str) -> Node:
    match line:
        case ast.Assign(
            targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id=layer), args=args, keywords=given)
        ):
            if all(isinstance(a, ast.Name) for a in args):
                settings = {k.arg: ast.literal_eval(k.value) for k in given if k.arg}
                return name, _found(layer, where), tuple(a.id for a in args if isinstance(a, ast.Name)), settings
    raise BadFile(f"{where}: graph: `{ast.unparse(line)}` should be name = layer(name, …, setting=value)")


def _found(layer: str, where: str) -> type[Layer]:
    try:
        return find(layer)
    except UnknownName as error:
        raise BadFile(f"{where}: graph: {error}") from None

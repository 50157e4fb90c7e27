"""What `jacobians show` does."""

from __future__ import annotations

import shutil
import sys
from argparse import Namespace
from typing import Any, cast

from ..errors import BadFile, JacobiansError, UnknownName
from ..graph import Graph
from ..layers import find
from ..matrix import Array
from ..point import Point
from ..verify.door import describe
from .colour import Pen, wanted
from .explain import explain
from .graph_page import graph_page
from .layout import WIDTH
from .named import find_named, is_named
from .page import page
from .small import small_point, upstream


def run_show(args: Namespace) -> int:
    """Carry out `jacobians show` and return its exit status.

    Raises:
        JacobiansError: the command could not be carried out.
    """
    print(_named(args) if is_named(args.layer) else _layer(args))
    return 0


def _named(args: Namespace) -> str:
    """What to print of a Point or Graph of a person's own, whose code may do anything."""
    try:
        found = find_named(args.layer, args.size, args.seed)
        if isinstance(found, Graph):
            return _graph(args, found, None)
        if isinstance(found.map, Graph):
            return _graph(args, found.map, found.values)
        return _point(args, found, args.layer.rpartition(":")[2])
    except JacobiansError:
        raise
    except Exception as error:  # values that do not fit each other, a forward that raises, a file that is not there
        raise BadFile(f"{args.layer} cannot be evaluated: {describe(error)}") from None


def _layer(args: Namespace) -> str:
    layer = find(args.layer)
    point = small_point(layer, args.size, args.seed)
    if args.atoms:
        return _graph(args, _atoms(args.layer, point), point.values)
    return _point(args, point, f"{args.layer}: {layer.equation()}")


def _point(args: Namespace, point: Point, title: str) -> str:
    g = upstream(point, args.seed)
    if args.plot:
        from .figure import draw_point

        draw_point(point, g, args.plot, title, args.argument)
        return f"{args.plot}: g · L^a = g^a of {args.layer}"
    head = title if is_named(args.layer) else f"{title}    (size {args.size}, seed {args.seed})"
    return page(point, g, head, args.argument, Pen(wanted(sys.stdout)), terminal_width())


def _graph(args: Namespace, net: Graph, values: dict[str, Array] | None) -> str:
    if args.plot:
        from .figure_network import draw_network

        draw_network(net, values, args.plot)
        return f"{args.plot}: the forward and the backward network of {args.layer}"
    if values is None:
        name = args.layer.rpartition(":")[2]
        raise BadFile(f"{args.layer} is a Graph without values: name a Point({name}, values), or draw it with --plot")
    return graph_page(net, values, Pen(wanted(sys.stdout)), terminal_width())


def _atoms(name: str, point: Point) -> Graph:
    """The layer as a graph of atomic maps."""
    atoms: Graph | None = cast(Any, point.map).atoms()
    if atoms is None:
        raise UnknownName(
            f"nobody has written {name} as a graph of atomic maps; `jacobians show {name}` shows it whole"
        )
    return atoms


def terminal_width() -> int:
    """How wide a line may be: the terminal's width, WIDTH elsewhere."""
    return shutil.get_terminal_size((WIDTH, 24)).columns if sys.stdout.isatty() else WIDTH


def run_explain(args: Namespace) -> int:
    """Carry out `jacobians explain` and return its exit status: 1 where the efficient way gives something else.

    Raises:
        JacobiansError: the command could not be carried out.
    """
    layer = find(args.layer)
    point = small_point(layer, args.size, args.seed)
    g = upstream(point, args.seed)
    said, equal = explain(layer, point, g, args.file, Pen(wanted(sys.stdout)), terminal_width())
    print(said)
    return 0 if equal else 1

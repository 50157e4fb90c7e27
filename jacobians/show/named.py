"""A Point or a Graph of a person's own, by its name in their file: `jacobians show net.py:net`."""

from __future__ import annotations

from ..errors import BadFile, UnknownName, names, nearest
from ..graph import Graph
from ..kinds import class_of
from ..layer import Layer
from ..point import Point
from ..verify.load import load_file
from .small import small_point


def is_named(text: str) -> bool:
    """Whether this is FILE.py:NAME, and no layer's name."""
    return ".py:" in text


def find_named(text: str, size: int, seed: int) -> Point | Graph:
    """The object that FILE.py:NAME is: a Point, a Graph, or of a layer's class a small point.

    Args:
        text: the path and the name, a colon between them.
        size, seed: of the small point of a layer's class.

    Raises:
        BadFile: the file cannot be used, or what has that name can be neither.
        UnknownName: nothing in the file has that name.
    """
    path, _, name = text.rpartition(":")
    held = vars(load_file(path))
    if name not in held:
        known = [n for n, v in held.items() if isinstance(v, Point | Graph) and not n.startswith("_")]
        said = f"it has the points and graphs {names(known)}" if known else "it has no Point and no Graph"
        raise UnknownName(f"{path} defines no {name!r}: {said}.{nearest(name, known)}")
    found = held[name]
    if isinstance(found, type) and issubclass(found, Layer):
        return small_point(found, size, seed)
    if not isinstance(found, Point | Graph):
        kind = class_of(found).__name__
        raise BadFile(f"{text} is a value of type {kind}: name a Point, a Graph, or the class of a layer")
    return found

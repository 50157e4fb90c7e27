"""The table of layers: equation, arguments, the form of each L^a and how many of its entries are stored.

Everything is read off the layers themselves, at their typical point of size 4.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from .layers import find_all
from .point import Point, differentiable

SIZE = 4


def rows() -> list[tuple[str, str, str]]:
    """(name, equation, the Jacobians) of every layer."""
    found = []
    for name, layer in find_all().items():
        point = next(iter(layer.points(np.random.default_rng(0), SIZE)))
        found.append((name, layer.equation(), ", ".join(_jacobian(point, a) for a in differentiable(point.map))))
    return found


def _jacobian(point: Point, a: str) -> str:
    L = point.L(a)
    kind = "sparse" if sparse.issparse(L) else "dense"
    stored = L.nnz if sparse.issparse(L) else L.size
    return f"L^{a} {L.shape[0]}×{L.shape[1]} {kind} {stored}/{L.shape[0] * L.shape[1]}"


def table(markdown: bool = False) -> str:
    """The table as text, or as the Markdown that README holds."""
    found = rows()
    if markdown:
        lines = ["| layer | equation | Jacobians: rows × columns, entries stored of all |", "|---|---|---|"]
        return "\n".join(lines + [f"| {name} | {equation.replace('|', '∣')} | {jacobians} |" for name, equation, jacobians in found])
    first, second = (max(len(cells[k]) for cells in found) for k in (0, 1))
    return "\n".join(f"{name:<{first}}  {equation:<{second}}  {jacobians}" for name, equation, jacobians in found)

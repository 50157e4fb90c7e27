"""Products, points and graphs as HTML: what a notebook shows by itself. Nothing is loaded from anywhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from .html_matrix import LARGEST, STYLE, matrix_html
from .numbers import shape_of
from .product import Product, product_at, products

if TYPE_CHECKING:
    from ..graph import Graph
    from ..point import Point
    from .wrong import Wrong


def product_html(product: Product) -> str:
    """g · L^a = g^a, side by side."""
    a, (M, N) = product.name, product.L.shape
    parts = [
        matrix_html(product.g, f"g [1 × {M}]", None, (), product.row_cuts),
        "<span>·</span>",
        _jacobian_html(product),
        "<span>=</span>",
        matrix_html(product.result, f"g^{a} [1 × {N}]", None, (), product.column_cuts),
    ]
    return f'<div class="row">{"".join(parts)}</div>'


def point_html(point: Point, g: np.ndarray | None = None) -> str:
    """A point: its arguments, y, and every L^a; with g, every product g · L^a."""
    head = f"<b>{escape(repr(point.map))}</b> at the point {escape(repr(point.name))}"
    arrays = "".join(_array_html(name, v) for name, v in point.values.items())
    try:
        arrays += _array_html("→ y", point.forward())
    except Exception as error:  # values that do not fit: a notebook should say so, not raise
        drawn = f"it cannot be evaluated: {escape(f'{type(error).__name__}: {error}')}"
        return f'{STYLE}<div class="jac">{head}<div class="row">{arrays}</div>{drawn}</div>'
    if g is None:
        drawn = "".join(_jacobian_html(product_at(point, a)) for a in _differentiable(point))
        drawn = f'<div class="row">{drawn}</div>'
    else:
        drawn = "".join(product_html(product) for product in products(point, g))
    return f'{STYLE}<div class="jac">{head}<div class="row">{arrays}</div>{drawn}</div>'


def graph_html(net: Graph, values: dict[str, np.ndarray] | None = None) -> str:
    """A graph: its forward network and below it its backward network."""
    from .network import network
    from .network_svg import network_svg

    return f'{STYLE}<div class="jac">{network_svg(network(net, values))}</div>'


def wrong_html(found: Wrong) -> str:
    """What the code has beside what is right, the wrong entries framed."""
    (M, N), stored = found.want.shape, (found.want != 0) | found.wrong
    got = matrix_html(found.got, f"the code [{M} × {N}]", (found.got != 0) | found.wrong, found.row_cuts,
                      found.column_cuts, found.wrong)  # fmt: skip
    want = matrix_html(found.want, f"L^{found.argument} [{M} × {N}]", stored, found.row_cuts, found.column_cuts)
    return f'<div class="jac"><p>{escape(found.said)}, framed:</p><div class="row">{got}{want}</div></div>'


def _jacobian_html(product: Product) -> str:
    (M, N), a = product.L.shape, product.name
    caption = f"L^{a} [{M} × {N}] {product.form}"
    if M * N > LARGEST:
        return f"<figure><figcaption>{escape(caption)}</figcaption>(too large to draw)</figure>"
    return matrix_html(product.dense, caption, product.stored, product.row_cuts, product.column_cuts)


def _array_html(name: str, values: object) -> str:
    v = np.asarray(values)
    flat = v.reshape(-1, 1) if v.ndim < 2 else v.reshape(-1, v.shape[-1])
    cuts = tuple(range(v.shape[-2], len(flat), v.shape[-2])) if v.ndim > 2 and v.size else ()
    return matrix_html(flat, f"{name} {shape_of(v)}", None, cuts)


def _differentiable(point: Point) -> tuple[str, ...]:
    from ..point import differentiable

    return differentiable(point.map)

"""Pieces of a point: put where they belong, their L are the rows of the whole L; and a cut that is wrong is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from jacobians.batch import batch_of
from jacobians.cut import Part, Piece, boxes, cut, shape_of_y
from jacobians.cut_windows import strip
from jacobians.layer import Layer
from jacobians.layers import find, layer_names
from jacobians.layers.linear import Linear
from jacobians.point import Point, differentiable

ROWS = (1, 4, 13)


def cut_layers() -> list[str]:
    """Every layer that says how it is cut."""
    return [name for name in layer_names() if find(name).cut is not Layer.cut]


def points(layer: type[Layer]) -> Iterator[Point]:
    draws = [list(layer.points(np.random.default_rng(k), 4)) for k in range(3)]
    for same in zip(*draws, strict=True):
        yield same[0]
        if not layer.interacts:
            yield batch_of(list(same))


def put_together(point: Point, pieces: list[Piece], a: str, shape: tuple[int, ...]) -> np.ndarray:
    """L^a from the pieces: each row of it from the piece that has that entry of y."""
    size = np.size(point.values[a])
    L = np.full((int(np.prod(shape)), size), np.nan)
    row, column = np.arange(len(L)).reshape(shape), np.arange(size).reshape(np.shape(point.values[a]))
    for piece in pieces:
        block = piece.point.L(a, "dense")
        y = np.arange(len(block)).reshape(np.shape(piece.point.forward()))
        own = np.ravel(piece.within(y))
        L[np.ravel(row[piece.y])] = 0.0
        L[np.ix_(np.ravel(row[piece.y]), np.ravel(column[piece.where(a)]))] = block[own]
    return L


def same(a: np.ndarray, b: np.ndarray) -> bool:
    """Equal but for the order in which a sum of a few terms is added."""
    return a.shape == b.shape and bool((np.abs(a - b) <= 64 * 2.0**-53 * np.abs(b).max(initial=0)).all())


def wrong(point: Point, rows: int) -> str:
    """What the pieces get wrong about the point; nothing if they are right."""
    y = point.forward()
    shape = shape_of_y(point)
    if shape != np.shape(y):
        return f"y has shape {np.shape(y)}, not {shape}"
    pieces = list(cut(point, rows, shape))
    seen = np.zeros(shape, int)
    for piece in pieces:
        seen[piece.y] += 1
        if not same(piece.within(piece.point.forward()), y[piece.y]):
            return f"y[{piece.y}] is another"
        g = np.random.default_rng(0).standard_normal(shape)
        if not np.array_equal(piece.within(piece.upstream(g)), g[piece.y]) or piece.size != g[piece.y].size:
            return f"g[{piece.y}] is another"
    if (seen != 1).any():
        return f"an entry of y is in {sorted(set(seen.ravel()))} pieces"
    for a in differentiable(point.map):
        if not same(put_together(point, pieces, a, shape), point.L(a, "dense")):
            return f"L^{a} is another"
    return ""


@pytest.mark.parametrize("name", cut_layers())
def test_the_pieces_of_every_layer_make_up_its_L(name: str) -> None:
    for point in points(find(name)):
        for rows in ROWS:
            assert wrong(point, rows) == "", f"{point.name}, {rows} rows"


@pytest.mark.parametrize("name", cut_layers())
def test_every_layer_that_can_be_cut_is_cut_somewhere(name: str) -> None:
    assert any(len(list(cut(p, 1, shape_of_y(p)))) > 1 for p in find(name).points(np.random.default_rng(0), 4))


class _Neighbour(Linear):
    """A linear layer whose cut takes the rows of W from one further on."""

    def cut(self, rows: int, /, x: Any, W: Any, b: Any) -> Iterator[Part]:
        for y in boxes((len(W),), rows):
            yield Part(y, {"W": y, "b": (slice(y[0].stop - 1, y[0].stop),)})


class _Twice(Linear):
    """One whose last row is in two pieces."""

    def cut(self, rows: int, /, x: Any, W: Any, b: Any) -> Iterator[Part]:
        for y in [*boxes((len(W),), rows), (slice(len(W) - 1, len(W)),)]:
            yield Part(y, {"W": y, "b": y})


@pytest.mark.parametrize("layer", [_Neighbour, _Twice])
def test_a_wrong_cut_is_noticed(layer: type[Layer]) -> None:
    assert any(wrong(p, 2) for p in layer.points(np.random.default_rng(0), 4))


def test_what_cannot_be_cut_is_one_piece() -> None:
    point = next(iter(find("cumsum").points(np.random.default_rng(0), 4)))
    assert [p.point for p in cut(point, 1, np.shape(point.forward()))] == [point]


def test_a_batch_is_cut_by_examples_first() -> None:
    point = batch_of([next(iter(Linear.points(np.random.default_rng(k), 4))) for k in range(5)])
    assert [p.y[0] for p in cut(point, 10, (5, 5))] == [slice(0, 2), slice(2, 4), slice(4, 5)]
    assert [p.y for p in cut(point, 3, (5, 5))][:6] == [(i, slice(0, 3)) for i in range(5)] + [(0, slice(3, 5))]


def test_boxes_cut_the_first_axis_and_further_ones_where_one_place_is_more() -> None:
    assert list(boxes((5, 3), 6)) == [(slice(i, j), slice(0, 3)) for i, j in ((0, 2), (2, 4), (4, 5))]
    assert list(boxes((2, 3), 2)) == [(slice(i, i + 1), slice(*j)) for i in (0, 1) for j in ((0, 2), (2, 3))]
    assert list(boxes((2, 3), 2, 1)) == [(slice(i, i + 1), slice(0, 3)) for i in (0, 1)]
    assert list(boxes((), 1)) == [()]


def test_a_strip_inside_the_image_takes_no_padding() -> None:
    assert strip(slice(4, 6), 20, 3, 2, 1, 1) == (slice(7, 12), 0, (0, 0))
    assert strip(slice(0, 2), 20, 3, 2, 1, 1) == (slice(0, 4), 1, (0, 0))

"""g · L block by block: the same gradients, within the memory that was allowed, and a plan that says what it takes."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest

from jacobians.batch import Batch, batch_of
from jacobians.blockwise import Plan, multiply, plan
from jacobians.cut import Piece
from jacobians.errors import TooLarge
from jacobians.layers import find
from jacobians.layers.conv2d import Conv2d
from jacobians.layers.linear import Linear
from jacobians.point import Point, differentiable

MB = 10**6


def linear(examples: int, m: int, k: int) -> Point:
    rng = np.random.default_rng(0)
    x, W, b = (rng.standard_normal(s) for s in ((examples, k), (m, k), m))
    return Point(Batch(Linear()), {"x": x, "W": W, "b": b}, "random")


def upstream(point: Point) -> np.ndarray:
    return np.random.default_rng(1).standard_normal(np.shape(point.forward()))


def peak_of(call: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["linear", "conv2d", "relu", "layer_norm", "matmul", "embedding", "cumsum"])
@pytest.mark.parametrize("rows", [1, 7, 10**6])
def test_the_gradients_are_those_of_the_whole_L(name: str, rows: int) -> None:
    draws = [list(find(name).points(np.random.default_rng(k), 4)) for k in range(3)]
    for same in zip(*draws, strict=True):
        point = batch_of(list(same))
        g = upstream(point)
        found = multiply(point, g, Plan(g.shape, rows, 0, 0, 0, 0, 0.0))
        for a, want in point.backward(g).items():
            assert np.allclose(found[a], want, rtol=1e-12, atol=1e-12 * np.abs(want).max(initial=0))


def test_it_keeps_within_the_memory_where_the_whole_L_does_not() -> None:
    point, allowed = linear(4, 300, 200), 1 * MB
    found = plan(point, allowed)
    g = upstream(point)
    gradients = sum(v.nbytes for v in point.values.values())
    assert peak_of(lambda: multiply(point, g, found)) <= allowed + gradients
    assert peak_of(lambda: point.backward(g)) > 4 * allowed


def test_the_limit_decides_how_large_blocks_are() -> None:
    point = linear(4, 300, 200)
    small, large = plan(point, MB // 4), plan(point, 8 * MB)
    assert small.rows < large.rows
    assert small.peak <= MB // 4


def test_the_plan_says_how_many_entries_there_are() -> None:
    point = linear(3, 40, 30)
    stored = sum(L.nnz if hasattr(L, "nnz") else L.size for L in (point.L(a) for a in differentiable(point.map)))
    found = plan(point, MB // 16)
    dense = 3 * 40 * 30  # L^x of an example is dense; of the batch it is sparse, and stores as many
    assert found.blocks > 1
    assert found.entries == pytest.approx(stored, rel=0.05)
    assert found.bytes == pytest.approx(12 * (stored - dense) + 8 * dense, rel=0.1)
    assert f"{found.entries:,} entries" in str(found)


def test_strips_of_an_image_are_counted_without_its_border() -> None:
    rng = np.random.default_rng(0)
    conv = Conv2d(padding=1)
    point = Point(conv, {"x": rng.standard_normal((2, 40, 9)), "W": rng.standard_normal((3, 2, 3, 3)), "b": np.ones(3)})
    stored = sum(point.L(a).nnz for a in "xWb")
    found = plan(point, MB // 3)
    assert found.blocks > 3
    assert found.entries == pytest.approx(stored, rel=0.15)


def test_what_cannot_be_cut_small_enough_is_refused_in_one_sentence() -> None:
    point = Point(find("cumsum")(), {"x": np.ones(400)})
    with pytest.raises(TooLarge, match="400 × 400 takes 962 kB, and there is room for 100 kB"):
        plan(point, MB // 10)
    with pytest.raises(TooLarge, match="smallest block of rows .* of 1 of the 1,200 entries of y"):
        plan(linear(4, 300, 200), 3000)


def test_progress_is_told_to_the_last_entry() -> None:
    point = linear(2, 6, 3)
    seen: list[tuple[int, int]] = []
    multiply(point, upstream(point), Plan((2, 6), 2, 0, 0, 0, 0, 0.0), lambda *said: seen.append(said))
    assert [done for done, _ in seen] == [2, 4, 6, 8, 10, 12]
    assert {total for _, total in seen} == {12}


def test_a_piece_that_is_left_out_would_show(monkeypatch: pytest.MonkeyPatch) -> None:
    point = linear(2, 6, 3)
    g, whole = upstream(point), Plan.pieces
    monkeypatch.setattr(Plan, "pieces", lambda self, point: list(whole(self, point))[1:])
    found = multiply(point, g, Plan((2, 6), 2, 0, 0, 0, 0, 0.0))
    assert not np.allclose(found["W"], point.backward(g)["W"])
    assert isinstance(next(iter(whole(Plan((2, 6), 2, 0, 0, 0, 0, 0.0), point))), Piece)

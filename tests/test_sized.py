"""Points of sizes that a person names: of those shapes, where the layer is defined, or one sentence."""

from __future__ import annotations

import numpy as np
import pytest

from jacobians.batch import Batch
from jacobians.errors import ArgumentError, TooLarge
from jacobians.layers import find
from jacobians.sized import sized_point, sizes


def test_sizes_are_read() -> None:
    assert sizes("x=64x4096, W=3x2 ,b=3,s=") == {"x": (64, 4096), "W": (3, 2), "b": (3,), "s": ()}


@pytest.mark.parametrize("text", ["x", "x=3y4", "x=3x", "x=-1", "x=0x4", "x=3x0", "", "x=3,,b=2"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ArgumentError, match="is no size: write one such as x=64x4096"):
        sizes(text)


def test_of_two_sizes_for_one_argument_neither_is_taken() -> None:
    with pytest.raises(ArgumentError, match="two sizes for b: write one"):
        sizes("x=64x8,b=4,b=5")


@pytest.mark.parametrize("n", [10**13, 10**30])
def test_arguments_that_there_is_no_room_for_are_not_made(n: int) -> None:
    with pytest.raises(TooLarge, match="--at gives arguments of .* TB, and there is room for .*: write smaller sizes"):
        sized_point(find("linear"), {}, {"x": (n, 4), "W": (3, 4), "b": (3,)}, 0)


def test_the_point_is_a_batch_with_these_sizes() -> None:
    at = {"x": (5, 4), "W": (3, 4), "b": (3,)}
    point = sized_point(find("linear"), {}, at, 0)
    assert isinstance(point.map, Batch)
    assert {a: np.shape(v) for a, v in point.values.items()} == at
    assert np.shape(point.forward()) == (5, 3)


def test_where_examples_interact_it_is_no_batch() -> None:
    point = sized_point(find("batch_norm"), {}, {"x": (6, 3), "gamma": (3,), "beta": (3,)}, 0)
    assert not isinstance(point.map, Batch)


def test_numbers_lie_where_the_layer_is_defined_and_are_all_different() -> None:
    x = sized_point(find("log"), {}, {"x": (40, 30)}, 0).values["x"]
    assert (x > 0).all()
    assert np.unique(x).size == x.size


def test_labels_are_labels() -> None:
    labels = sized_point(find("nll"), {}, {"x": (50, 20), "labels": (50,)}, 0).values["labels"]
    assert labels.dtype.kind in "iu"
    assert 0 <= labels.min() < labels.max() < 20


def test_whole_numbers_and_settings_and_seeds() -> None:
    at = {"x": (2, 1, 6, 5), "W": (2, 1, 3, 3), "b": (2,)}
    whole = sized_point(find("conv2d"), {"padding": 1}, at, 0, whole=True)
    assert all((v == np.rint(v)).all() for v in whole.values.values())
    assert np.shape(whole.forward()) == (2, 2, 6, 5)
    drawn = [sized_point(find("conv2d"), {}, at, seed).values["x"] for seed in (0, 0, 1)]
    assert np.array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0], drawn[2])


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ({"x": (5, 4), "W": (3, 4)}, "no size for b: Linear takes x, W and b"),
        ({"x": (5, 4), "W": (3, 4), "b": (3,), "bb": (3,)}, "a size for bb: Linear takes x, W and b"),
        ({"x": (), "W": (3, 4), "b": (3,)}, "the number of examples: write x=64"),
    ],
)
def test_sizes_that_are_not_the_layers_are_refused(at: dict[str, tuple[int, ...]], sentence: str) -> None:
    with pytest.raises(ArgumentError, match=sentence):
        sized_point(find("linear"), {}, at, 0)

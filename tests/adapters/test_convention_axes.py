"""Layouts as patterns of named axes: there and back is where one started, and what does not fit is said."""

import numpy as np
import pytest

from jacobians.adapters.conventions.axes import parse
from jacobians.errors import BadFile

THERE = [
    ("o i -> i o", (2, 3), (3, 2), lambda v: v.T),
    ("m -> m 1", (3,), (3, 1), lambda v: v[:, None]),
    ("m -> 1 m", (3,), (1, 3), lambda v: v[None]),
    ("n c h w -> n h w c", (2, 3, 4, 5), (2, 4, 5, 3), lambda v: v.transpose(0, 2, 3, 1)),
    ("n c h w -> n (c h w)", (2, 3, 4, 5), (2, 60), lambda v: v.reshape(2, 60)),
    ("n c h w -> n (h w c)", (2, 3, 4, 5), (2, 60), lambda v: v.transpose(0, 2, 3, 1).reshape(2, 60)),
    ("... -> (...) 1", (2, 3), (6, 1), lambda v: v.reshape(6, 1)),
    ("... -> 1 (...)", (2, 3), (1, 6), lambda v: v.reshape(1, 6)),
    ("... d -> d ...", (2, 3, 4), (4, 2, 3), lambda v: np.moveaxis(v, -1, 0)),
    (" -> 1 1", (), (1, 1), lambda v: v.reshape(1, 1)),
    ("... -> ...", (2, 3), (2, 3), lambda v: v),
]


@pytest.mark.parametrize(("pattern", "shape", "there", "same"), THERE)
def test_there_and_back(pattern, shape, there, same, rng):
    axes, v = parse(pattern, len(shape)), rng.standard_normal(shape)
    assert axes is not None
    sizes = axes.sizes(shape, {})
    assert sizes is not None
    assert axes.shape_there(sizes) == there
    assert np.array_equal(axes.to(v, sizes), same(v))
    assert np.array_equal(axes.back(axes.to(v, sizes), sizes), v)


def test_an_axis_is_parted_where_one_length_is_known(rng):
    axes, v = parse("n (c k) -> n c k", 2), rng.standard_normal((2, 12))
    assert axes is not None
    assert axes.sizes((2, 12), {}) is None
    sizes = axes.sizes((2, 12), {"c": 3})
    assert sizes == {"n": 2, "c": 3, "k": 4}
    assert np.array_equal(axes.to(v, sizes), v.reshape(2, 3, 4))
    assert axes.sizes((2, 11), {"c": 3}) is None


def test_arrays_must_agree_on_an_axis():
    axes = parse("n d -> n d", 2)
    assert axes is not None
    assert axes.sizes((3, 4), {"d": 5}) is None
    assert axes.sizes((3, 4), {"d": 4}) == {"n": 3, "d": 4}


def test_another_number_of_axes_does_not_fit():
    assert parse("n d -> n d", 3) is None
    assert parse("n d -> n d", 1) is None
    assert parse("... d -> d ...", 0) is None


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("o i", "has no arrow"),
        ("o i -> i", "must name the same axes on both sides"),
        ("o o -> o o", "must name the same axes on both sides"),
        ("(...) -> ...", "must name the same axes on both sides"),
        ("o (i -> i o", "has a parenthesis that nothing closes"),
        ("o i) -> i o", "has ')'"),
        ("o 2 -> 2 o", "has '2': an axis is a name"),
    ],
)
def test_what_is_no_pattern(pattern, reason):
    with pytest.raises(BadFile, match="the layout") as caught:
        parse(pattern, 2)
    assert reason in str(caught.value)

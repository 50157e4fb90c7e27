"""Long points: what goes wrong one past a tile only is found, and where it starts is said."""

import numpy as np
import pytest

from jacobians.layers import find
from jacobians.verify.results import Verdict
from jacobians.verify.trial import LENGTHS, long_points

from .trials import gradients, row, tried


def after(k, axis):
    """Gradients of W, or b, whose entries from k on along an axis are lost."""

    def cut(found):
        for a, v in found.items():
            if v.shape[axis if v.ndim > axis else 0] > k and a != "x":
                np.moveaxis(v, axis if v.ndim > axis else 0, 0)[k:] = 0
        return found

    return cut


@pytest.mark.parametrize(("k", "axis"), [(16, 0), (32, 0), (16, 1)])
def test_an_end_of_a_tile_is_found_and_named(k, axis):
    fast = gradients("linear", after(k, axis))
    assert tried(fast, "linear").verdict is Verdict.PASS, "short points cannot see it"
    found = row(tried(fast, "linear", lengths=(17, 33)), "W")
    assert found.verdict is Verdict.FAIL
    assert found.diagnosis is not None
    assert found.diagnosis.name == "past-a-tile"
    assert f"from index {k} on along axis {axis}" in found.diagnosis.text


def test_a_batch_of_which_one_tile_is_summed():
    def summed(right, g, saved):
        found = right(g, saved)
        return {**found, "b": g[:16].sum(axis=0)}

    from .trials import twin

    report = tried(twin("linear", backward=summed), "linear", lengths=(17,))
    assert {r.argument for r in report.failures} == {"b"}
    assert row(report, "b").diagnosis.name == "past-a-tile"


def test_a_mistake_everywhere_is_no_matter_of_tiles():
    fast = gradients("linear", lambda found: {**found, "b": 2 * found["b"]})
    assert row(tried(fast, "linear", lengths=(17,)), "b").diagnosis.name == "factor:2"


def test_long_points_are_one_past_a_tile_in_length_and_in_number():
    points = list(long_points(find("linear"), 0, {}))
    assert [p.name for p in points] == [f"typical, {n} long" for n in LENGTHS] + [
        f"typical, batch of {n}" for n in LENGTHS
    ]
    assert [max(p.values["W"].shape) for p in points[: len(LENGTHS)]] == [n + 1 for n in LENGTHS]


@pytest.mark.parametrize("layer", ["attention", "layer_norm", "conv2d"])
def test_there_are_few_where_L_would_be_large(layer):
    points = list(long_points(find(layer), 0, {}))
    assert points
    assert len(points) < 2 * len(LENGTHS)


def test_the_same_seed_makes_the_same_points():
    one, again, other = (list(long_points(find("linear"), seed, {}, (17,)))[0].values["W"] for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, again)
    assert (one != other).any()

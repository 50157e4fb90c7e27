"""Where the wrong entries of L lie: those that were planted, and no others."""

import importlib
from types import SimpleNamespace

import numpy as np
import pytest

from jacobians.layers import find
from jacobians.show.wrong import wrong_entries, wrong_lines


def broken(name: str, argument: str, change):
    """The twin of a layer with one gradient changed."""
    twin = importlib.import_module(f"reference.{name}")

    def backward(g, saved):
        found = twin.backward(g, saved)
        return found | {argument: change(found[argument], g)}

    return SimpleNamespace(forward=twin.forward, backward=backward)


@pytest.mark.parametrize("name", ["linear", "layer_norm", "softmax", "conv1d", "relu"])
def test_right_code_has_none(name):
    twin, layer = importlib.import_module(f"reference.{name}"), find(name)
    for a in layer().args:
        assert wrong_entries(twin, layer, a) is None


def test_one_wrong_column():
    def change(v, g):
        v = v.copy()
        v[:, 0] *= 1 + 1e-12
        return v

    found = wrong_entries(broken("linear", "x", change), find("linear"), "x")
    assert found is not None
    batch = int(found.point[-1])  # "…, batch of 3"
    N = found.want.shape[1] // batch
    expected = (found.want != 0) & (np.arange(found.want.shape[1]) % N == 0)
    assert np.array_equal(found.wrong, expected)


def test_a_transposed_W_and_what_is_said_of_it():
    found = wrong_entries(broken("linear", "b", lambda v, g: v / len(g)), find("linear"), "b")
    assert found is not None
    assert "batch of 3" in found.point
    assert np.array_equal(found.wrong, found.want != 0)
    assert np.allclose(found.got * 3, found.want)
    M, N = found.want.shape
    assert min(M, N) > 1, "one that can be looked at"
    assert found.said == f"{M} of {M * N} entries of L^b [{M} × {N}] are wrong at the point {found.point!r}"


def test_an_entry_where_L_is_0_is_seen():
    found = wrong_entries(broken("relu", "x", lambda v, g: v + 1e-9 * g.ravel()[0]), find("relu"), "x")
    assert found is not None
    assert found.wrong[0].all()
    assert not found.wrong[1:].any()
    lines = wrong_lines(found)
    assert set(lines[0].strip("⎡⎤ ")) == {"✗"}
    assert "✗" not in "".join(lines[1:])


def test_code_that_answers_nothing():
    def backward(g, saved):
        raise ValueError

    mute = SimpleNamespace(forward=importlib.import_module("reference.relu").forward, backward=backward)
    assert wrong_entries(mute, find("relu"), "x") is None


def test_in_float32_the_bound_is_that_of_float32():
    slightly = broken("linear", "x", lambda v, g: v * v.dtype.type(1 + 1e-12))
    assert wrong_entries(slightly, find("linear"), "x", "float64") is not None
    assert wrong_entries(slightly, find("linear"), "x", "float32") is None

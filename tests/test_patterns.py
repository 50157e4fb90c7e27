"""Patterns: where entries stand, whatever the order in which they come, made once and filled as often as wanted."""

import numpy as np
import pytest
from scipy import sparse

from jacobians import keeping
from jacobians.batch import batch_of
from jacobians.layers import find, layer_names
from jacobians.patterns import Pattern
from jacobians.point import differentiable
from jacobians.verify.formats import FORMATS
from jacobians.verify.running import Running

SHAPE = (4, 6)


def dense(rows, cols, values, shape=SHAPE):
    """The same by NumPy alone."""
    made = np.zeros(shape)
    np.add.at(made, (rows, cols), values)
    return made


def canonical(L) -> bool:
    """Row by row, columns rising, no place twice: asked of the arrays, not of scipy's flag."""
    rising = [(np.diff(L.indices[a:b]) > 0).all() for a, b in zip(L.indptr[:-1], L.indptr[1:], strict=True)]
    return bool(all(rising)) and L.indptr[-1] == len(L.indices) == len(L.data)


@pytest.fixture
def places(rng):
    """Unsorted, with duplicates, the last two rows empty."""
    return rng.integers(0, 2, 15), rng.integers(0, 6, 15)


def test_in_any_order_and_more_than_once(places, rng):
    values = rng.standard_normal(15)
    L = Pattern(*places, SHAPE).fill(values)
    assert canonical(L)
    np.testing.assert_allclose(L.toarray(), dense(*places, values))
    assert L.nnz == len(set(zip(*places, strict=True))) < 15


def test_a_stored_zero_stays(places):
    assert Pattern(*places, SHAPE).fill(0.0).nnz == Pattern(*places, SHAPE).nnz


def test_numbers_with_their_errors_come_to_the_same_places(places, rng):
    values = rng.standard_normal(15)
    L = Pattern(*places, SHAPE).fill(Running(values, 0.0, FORMATS["float64"])).sum_duplicates()
    plain = Pattern(*places, SHAPE).fill(values)
    np.testing.assert_array_equal(L.rows, np.repeat(np.arange(4), np.diff(plain.indptr)))
    np.testing.assert_array_equal(L.cols, plain.indices)
    np.testing.assert_allclose(L.values.parts[0], plain.data)


def test_values_that_come_in_order_are_not_moved(rng):
    """None to gather, none to add: the array of values is the data itself."""
    pattern, values = Pattern([[0], [2]], [[1, 3], [0, 5]], SHAPE), rng.standard_normal((2, 2))
    L = pattern.fill(values)
    assert np.shares_memory(L.data, values)
    np.testing.assert_array_equal(L.indptr, [0, 2, 2, 4, 4])
    assert not np.shares_memory(Pattern([2, 0], [1, 1], SHAPE).fill(values[0]).data, values)


def test_values_broadcast_to_the_shape_of_the_places(rng):
    pattern, row = Pattern([[0], [2]], [[1, 3], [0, 5]], SHAPE), rng.standard_normal(2)
    np.testing.assert_array_equal(pattern.fill(row).data, [*row, *row])
    np.testing.assert_array_equal(pattern.fill(2.0).data, np.full(4, 2.0))


@pytest.mark.parametrize("values", [np.ones(3), np.ones((3, 2)), np.ones(0)])
def test_values_for_other_places_are_refused(values):
    with pytest.raises(ValueError, match="broadcast"):
        Pattern([[0], [2]], [[1, 3], [0, 5]], SHAPE).fill(values)


@pytest.mark.parametrize("shape", [(3, 2), (0, 2), (3, 0)])
def test_no_place_at_all(shape):
    none = np.zeros(0, int)
    L = Pattern(none, none, shape).fill(np.zeros(0))
    assert (L.shape, L.nnz, len(L.indptr)) == (shape, 0, shape[0] + 1)


def test_a_user_may_write_into_the_matrix(places):
    """The next one has the pattern's own indices again."""
    pattern = Pattern(*places, SHAPE)
    want, spoilt = pattern.fill(1.0).toarray(), pattern.fill(1.0)
    spoilt.indices[:], spoilt.indptr[:], spoilt.data[:] = 0, 0, 7.0
    np.testing.assert_array_equal(pattern.fill(1.0).toarray(), want)


@pytest.mark.parametrize("width", [2**31 - 1, 2**31 + 3, 2**40])
def test_indices_of_a_wide_matrix(width):
    """int32 where that holds them, else int64, as scipy.sparse has it."""
    L = Pattern([1, 0, 1], [width - 1, 3, width - 1], (2, width)).fill(np.array([1.0, 2.0, 4.0]))
    assert L.indices.dtype == L.indptr.dtype == (np.int32 if width < 2**31 else np.int64)
    assert (L.indices.tolist(), L.data.tolist()) == ([3, width - 1], [2.0, 5.0])


@pytest.mark.parametrize("stacked", [True, False])
def test_repeated(places, rng, stacked):
    pattern, values = Pattern(*places, SHAPE), rng.standard_normal((3, 15))
    L = pattern.repeated(3, stacked).fill(pattern.in_order(values))
    assert canonical(L)
    each = [dense(*places, v) for v in values]
    want = np.vstack(each) if stacked else np.zeros((12, 18))
    for k, block in enumerate(each if not stacked else []):
        want[4 * k : 4 * k + 4, 6 * k : 6 * k + 6] = block
    np.testing.assert_allclose(L.toarray(), want)


@pytest.mark.parametrize("wrong", ["order", "firsts", "indptr"])
def test_a_pattern_sorted_wrongly_is_caught(places, rng, wrong):
    """The comparison above, on trial: values out of order, duplicates not added, a row that begins too late."""
    pattern, values = Pattern(*places, SHAPE), rng.standard_normal(15)
    order, firsts, indices, indptr = pattern._sorted
    assert order is not None
    assert firsts is not None
    planted = {
        "order": (np.roll(order, 1), firsts, indices, indptr),
        "firsts": (order, np.maximum(firsts - 1, 0), indices, indptr),
        "indptr": (order, firsts, indices, np.concatenate([indptr[:1], indptr[1:2] - 1, indptr[2:]])),
    }
    pattern.__dict__["_sorted"] = planted[wrong]
    assert not np.allclose(pattern.fill(values).toarray(), dense(*places, values))


def made(monkeypatch, call) -> int:
    """How many patterns are made in the call."""
    count, init = [], Pattern.__init__
    with monkeypatch.context() as patched:
        patched.setattr(Pattern, "__init__", lambda self, *args: (count.append(1), init(self, *args))[1])
        call()
    return len(count)


@pytest.mark.parametrize("name", layer_names())
def test_every_layers_patterns_are_made_once(name, rng, monkeypatch):
    """A second L of the same shapes makes none, whatever its values."""
    first, second = (next(iter(find(name).points(each, 3))) for each in rng.spawn(2))
    constants = {a: first.values[a] for a in first.map.constant}  # a mask or a label says itself where entries stand
    for a in differentiable(first.map):
        first.L(a)
        assert made(monkeypatch, lambda a=a: first.map.L(a, **second.values | constants)) == 0


def test_a_pattern_made_again_is_seen(rng, monkeypatch):
    """The count above, on trial."""
    point = next(iter(find("flip").points(rng, 3)))
    point.L("x")
    monkeypatch.setattr(keeping, "_known", type(keeping._known)())
    assert made(monkeypatch, lambda: point.L("x")) == 1


@pytest.mark.parametrize("name", layer_names())
def test_a_sparse_matrix_has_arrays_of_its_own(name, rng):
    """Who writes into it changes no argument."""
    point = next(iter(find(name).points(rng, 3)))
    points = [point] if find(name).interacts else [point, batch_of([point, point])]
    for p in points:
        for a in differentiable(p.map):
            if sparse.issparse(L := p.L(a)):
                assert not any(np.shares_memory(L.data, v) for v in p.values.values()), a

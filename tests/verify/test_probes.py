"""Probes: between them they show every entry of every L by itself, and what else may hide is asked for."""

import numpy as np
import pytest
from scipy import sparse

from jacobians.layers import find, layer_names
from jacobians.matrix import I
from jacobians.point import differentiable
from jacobians.verify.formats import FORMATS
from jacobians.verify.probes import probes, row_groups, within_reach

from ..claims import Case, at_points

every_point = pytest.mark.parametrize("case", [c for c in at_points(3) if c.index == 0], ids=str)


def dense(L) -> np.ndarray:
    return L.toarray() if sparse.issparse(L) else np.asarray(L)


def jacobians(case: Case, rng) -> list[np.ndarray]:
    point = case.draw(rng)
    return [point.L(a) for a in differentiable(point.map)]


@every_point
def test_rows_of_a_group_share_no_column_and_the_groups_are_all_rows(case, rng):
    Ls = jacobians(case, rng)
    groups = row_groups(Ls)
    assert sorted(np.concatenate(groups)) == list(range(Ls[0].shape[0]))
    for L in map(dense, Ls):
        assert all(((L[rows] != 0).sum(axis=0) <= 1).all() for rows in groups)


@every_point
def test_every_stored_entry_of_every_L_is_read_off_the_answers(case, rng):
    """From g · L of the one-hot probes alone, and the pattern of L, comes L: so none of its entries can hide."""
    Ls = jacobians(case, rng)
    asked = [p for p in probes(Ls, rng) if p.rows.size]
    for L in map(dense, Ls):
        seen = np.zeros_like(L)
        for p in asked:
            answer = p.g @ L
            for i in p.rows:
                mine = L[i] != 0
                seen[i, mine] = answer[mine] / p.g[i]
        np.testing.assert_allclose(seen, L, rtol=1e-15)


@every_point
def test_an_entry_added_where_L_has_none_is_seen_too(case, rng):
    Ls = jacobians(case, rng)
    asked = [p.g for p in probes(Ls, rng)]
    for L in map(dense, Ls):
        wrong = L.copy()
        wrong[tuple(rng.integers(L.shape))] += 1 + np.abs(L).max()
        assert any((np.abs(g @ wrong - g @ L) > 0.5).any() for g in asked)


def test_what_is_asked_besides(rng):
    asked = {p.name: p for p in probes([I(12)], rng)}
    assert not asked["zero"].g.any()
    whole = asked["whole numbers"].g
    assert (whole == np.rint(whole)).all()
    assert whole.all()
    for name in ("random 1", "random 2", "large", "small"):
        g = asked[name].g
        assert (g > 0).any()
        assert (g < 0).any()
        assert len(np.unique(np.abs(g))) == 12, "no two alike, and not all ones"
    assert np.abs(asked["large"].g).max() > 1e9
    assert 0 < np.abs(asked["small"].g).max() < 1e-9
    assert sum(len(p.rows) for p in asked.values()) == 12
    assert all(not p.rows.size for name, p in asked.items() if not name.startswith("one-hot"))


def test_few_calls_expose_a_sparse_L_and_a_dense_one_needs_one_for_each_row(rng):
    assert len(row_groups([I(50)])) == 1
    assert len(row_groups([rng.standard_normal((7, 3)), I(7)])) == 7
    assert sum(bool(p.rows.size) for p in probes([np.ones((9, 2))], rng, most_groups=4)) == 4


@pytest.mark.parametrize("format", FORMATS.values(), ids=FORMATS)
def test_within_reach(format, rng):
    """Scaled by powers of two, only where g · L would come near the largest number, and then far enough below it."""
    Ls = [rng.standard_normal((4, 6)), rng.standard_normal((4, 3)) * np.sqrt(format.huge)]
    G = rng.standard_normal((5, 4)) * np.array([[1e-6], [1.0], [0.0], [1e3], [1e30]])
    scaled = within_reach(G, Ls, format.huge)
    assert np.isfinite(format.round(scaled)).all()
    assert np.abs(scaled).max() <= format.huge**0.25
    for L in Ls:
        assert (np.abs(scaled) @ np.abs(L)).max() <= np.sqrt(format.huge)
    factors = [np.unique(scaled[k] / G[k]) for k in (0, 1, 3, 4)]
    assert all(len(f) == 1 and np.frexp(f[0])[0] == 0.5 for f in factors)
    np.testing.assert_array_equal(within_reach(G[:2], [np.eye(4)], format.huge), G[:2])


def test_the_cases_are_all_layers():
    assert {c.layer for c in at_points(3)} == set(layer_names())
    assert find("linear")

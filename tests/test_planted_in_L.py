"""The claim that L is the difference quotient, on trial: it must catch every mistake planted in every L of every layer.

A mutant that is the same matrix (a symmetric L transposed, zero times two) is no mistake: the claim must hold for it.
"""

from collections.abc import Callable

import numpy as np
import pytest

from jacobians.layers import find, layer_names
from jacobians.point import differentiable

from .claims import Case, agrees, at_points, decided, numerical

N = 3
Shape = tuple[int, ...]
Rng = np.random.Generator


def one_entry_off(L: np.ndarray, shape: Shape, rng: Rng) -> np.ndarray:
    at = tuple(int(rng.integers(n)) for n in L.shape)
    wrong = L.copy()
    wrong[at] += np.abs(L).max() or 1.0
    return wrong


def column_by_column(L: np.ndarray, shape: Shape, rng: Rng) -> np.ndarray:
    """vec(a) taken column by column."""
    return L[:, np.arange(L.shape[1]).reshape(shape).ravel(order="F")]


# mutant(L, shape of the argument, rng)
MUTANTS: dict[str, Callable[[np.ndarray, Shape, Rng], np.ndarray]] = {
    "doubled": lambda L, shape, rng: 2 * L,
    "negated": lambda L, shape, rng: -L,
    "transposed": lambda L, shape, rng: L.T.copy(),
    "zeroed": lambda L, shape, rng: np.zeros_like(L),
    "one entry off": one_entry_off,
    "shifted": lambda L, shape, rng: np.roll(L, 1, axis=1),
    "column by column": column_by_column,
}

typical = [c for c in at_points(N, arguments=differentiable) if c.index == 0]


def is_same(wrong: np.ndarray, L: np.ndarray) -> bool:
    return wrong.shape == L.shape and bool((wrong == L).all())


@pytest.mark.parametrize("case", typical, ids=str)
def test_caught_at_the_typical_point(case: Case, rng):
    point = case.draw(rng)
    L, q = point.L(case.argument, "dense"), numerical(point, case.argument)
    assert agrees(L, q) == ""
    assert decided(point, L, q).all(), "the typical point has no kinks"
    for mutant, plant in MUTANTS.items():
        wrong = plant(L, np.shape(point.values[case.argument]), rng)
        assert (agrees(wrong, q) == "") == is_same(wrong, L), mutant


@pytest.mark.parametrize("name", layer_names())
def test_caught_at_every_point_that_can_tell(name, rng):
    """Wherever a mutant is further from L than twice the error of the difference quotient, it is caught."""
    caught, same = set(), set()
    for point in find(name).points(rng, N):
        for a in differentiable(point.map):
            L, q = point.L(a, "dense"), numerical(point, a)
            for mutant, plant in MUTANTS.items():
                wrong = plant(L, np.shape(point.values[a]), rng)
                if wrong.shape != L.shape or (np.abs(wrong - L) > 2 * q.error).any():
                    assert agrees(wrong, q), f"{point.name}: L^{a} {mutant} is not caught"
                    caught.add((a, mutant))
                elif is_same(wrong, L):
                    assert agrees(wrong, q) == ""
                    same.add((a, mutant))
    asked = {(a, mutant) for p in find(name).points(rng, N) for a in differentiable(p.map) for mutant in MUTANTS}
    assert caught | same == asked
    assert {(a, "one entry off") for a, _ in asked} <= caught


def test_most_mutants_are_mistakes(rng):
    """The recognition of equal matrices must not excuse everything."""
    same = total = 0
    for case in typical:
        point = case.draw(rng)
        L = point.L(case.argument, "dense")
        wrongs = [plant(L, np.shape(point.values[case.argument]), rng) for plant in MUTANTS.values()]
        same, total = same + sum(is_same(wrong, L) for wrong in wrongs), total + len(wrongs)
    assert same < total / 3

"""What layers know of their own mistakes: a wrong L of the right shape, wrong somewhere, under a stable name."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import sparse

from jacobians.layers import find, layer_names
from jacobians.mistake import Mistake
from jacobians.point import differentiable

N = 3


@pytest.mark.parametrize("name", layer_names())
def test_each_has_the_shape_of_L_and_is_wrong_somewhere(name, rng):
    examine(find(name).points(rng, N))


def examine(points):
    wrong: dict[tuple[str, str], bool] = {}
    for point in points:
        for a in differentiable(point.map):
            right = dense(point.L(a))
            for mistake in point.map.mistakes(a, **point.values):
                assert isinstance(mistake.L, np.ndarray | sparse.csr_array), mistake.name
                assert mistake.L.shape == right.shape, f"{mistake.name} in L^{a} at the point {point.name!r}"
                assert re.fullmatch(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*", mistake.name)
                assert mistake.text.strip() == mistake.text != ""
                key = (a, mistake.name)
                wrong[key] = wrong.get(key, False) or not np.array_equal(dense(mistake.L), right)
    assert [key for key, found in wrong.items() if not found] == [], "no mistakes: L is right everywhere"


def dense(L):
    return L.toarray() if sparse.issparse(L) else np.asarray(L)


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        (Mistake("tall", "…", np.ones((3, 2))), "tall in L\\^x at the point 'planted'"),
        (Mistake("a list", "…", [[1.0]]), "a list"),  # type: ignore[arg-type]
        (Mistake("two words", "…", np.ones((2, 3))), "two words"),
        (Mistake("silent", " ", np.ones((2, 3))), "assert"),
        (Mistake("right", "…", np.eye(2, 3)), "no mistakes: L is right everywhere"),
    ],
)
def test_what_is_planted_is_seen(mistake, said):
    map = SimpleNamespace(args=("x",), constant=(), mistakes=lambda a, **values: [mistake])
    with pytest.raises(AssertionError, match=said):
        examine([SimpleNamespace(map=map, values={}, name="planted", L=lambda a: np.eye(2, 3))])

"""The shape of the error, where no mistake explains it: a border, one outer product; else nothing is said."""

import numpy as np
import pytest

from jacobians.verify.diagnosis import Asked
from jacobians.verify.pattern import describe_pattern


def asked(want, error, lead=1) -> Asked:
    return Asked(want, want, want + error, np.full(want.shape, 1e-12), None, 2.0**-53, lead, {})


def matrices(rng, error, k=4, shape=(5, 7)):
    want = rng.standard_normal((k, *shape))
    return [asked(want, np.stack([error(rng, shape) for _ in range(k)]))]


def outer(rng, shape):
    return np.outer(rng.standard_normal(shape[0]), rng.standard_normal(shape[1]))


def test_one_outer_product_too_much(rng):
    found = describe_pattern(matrices(rng, outer))
    assert found is not None
    assert found.name == "rank-one"
    assert "one outer product" in found.text


@pytest.mark.parametrize(
    "error",
    [
        lambda rng, shape: outer(rng, shape) + outer(rng, shape),
        lambda rng, shape: rng.standard_normal(shape),
        lambda rng, shape: outer(rng, shape) + 1e-6 * rng.standard_normal(shape),
    ],
)
def test_more_than_one_is_not_said_to_be_one(error, rng):
    assert describe_pattern(matrices(rng, error)) is None


def test_one_answer_is_a_matter_of_chance(rng):
    assert describe_pattern(matrices(rng, outer, k=2)) is None


def test_a_matrix_of_two_rows_always_has_a_low_rank(rng):
    assert describe_pattern(matrices(rng, outer, shape=(2, 7))) is None


def bordered(rng, which, shape=(3, 2, 5, 6)):
    want, error = rng.standard_normal(shape), np.zeros(shape)
    for k in which:
        error[..., k] = rng.standard_normal(shape[:-1])
    return asked(want, error, lead=2)


@pytest.mark.parametrize(("which", "said"), [((0,), "first index"), ((0, -1), "first and last indices")])
def test_a_border(which, said, rng):
    found = describe_pattern([bordered(rng, which), bordered(rng, which, (3, 1, 4, 7))])
    assert found is not None
    assert found.name == "border"
    assert said in found.text


def test_what_reaches_inside_is_no_border(rng):
    assert describe_pattern([bordered(rng, (0,)), bordered(rng, (0, 2))]) is None


def test_the_last_index_alone_is_told_as_before(rng):
    found = describe_pattern([bordered(rng, (-1,)), bordered(rng, (-1,), (3, 1, 4, 7))])
    assert found is not None
    assert found.name == "last-only"
